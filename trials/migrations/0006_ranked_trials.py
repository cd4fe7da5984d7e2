from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0005_waiting_trials"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="trial",
            name="trials_tria_study_i_8592a9_idx",
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                fields=["study", "state", "value", "number"], name="trials_tria_study_i_db1f75_idx"
            ),
        ),
    ]
