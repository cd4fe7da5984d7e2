"""Django's command line for a checkout; `hpo-dashboard` is the same for an installed wheel."""

from hpo_dashboard.__main__ import main

if __name__ == "__main__":
    main()
