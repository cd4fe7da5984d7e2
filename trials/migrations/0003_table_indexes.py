import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("trials", "0002_everyday"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="parametervalue",
            name="trials_para_study_i_b3f32c_idx",
        ),
        migrations.RemoveIndex(
            model_name="parametervalue",
            name="trials_para_study_i_b0e49c_idx",
        ),
        migrations.AlterField(
            model_name="parametervalue",
            name="study",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="trials.study",
            ),
        ),
        migrations.AlterField(
            model_name="parametervalue",
            name="trial",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parameter_values",
                to="trials.trial",
            ),
        ),
        migrations.AlterField(
            model_name="trial",
            name="study",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="trials",
                to="trials.study",
            ),
        ),
        migrations.AddIndex(
            model_name="parametervalue",
            index=models.Index(
                fields=["study", "name", "number", "trial"], name="trials_para_study_i_b78f6c_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="parametervalue",
            index=models.Index(
                fields=["study", "name", "text", "trial"], name="trials_para_study_i_55669b_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="parametervalue",
            index=models.Index(fields=["trial", "name"], name="trials_para_trial_i_e579e8_idx"),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["study", "value", "number"], name="trials_tria_study_i_654345_idx"),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["study", "seconds", "number"], name="trials_tria_study_i_9b3eef_idx"),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(
                fields=["study", "started_at", "number"], name="trials_tria_study_i_b109dc_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="trial",
            index=models.Index(fields=["study", "worker", "number"], name="trials_tria_study_i_0b4ea6_idx"),
        ),
    ]
