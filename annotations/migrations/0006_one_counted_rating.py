"""On PostgreSQL, 0002 dropped this constraint unseen: it took the index of the assignment away, and the
partial unique index over the same column with it. SQLite has kept it."""

from django.db import migrations, models

CONSTRAINT = models.UniqueConstraint(
    fields=["assignment"], condition=models.Q(state="current"), name="one_counted_rating"
)


class Migration(migrations.Migration):
    dependencies = [("annotations", "0005_appeals")]

    operations = [
        migrations.RemoveConstraint(model_name="rating", name="one_counted_rating"),
        migrations.AddConstraint(model_name="rating", constraint=CONSTRAINT),
    ]
