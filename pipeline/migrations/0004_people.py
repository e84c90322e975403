from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = {'officer': 'editor', 'approver': 'approver', 'operator': 'operator'}


def appoint(apps: Any, _schema_editor: Any) -> None:
    """Who had a group keeps its role, for the whole office; nobody gains a right."""
    Group, Appointment = apps.get_model('auth', 'Group'), apps.get_model('pipeline', 'Appointment')
    for group in Group.objects.filter(name__in=ROLES):
        for user in group.user_set.all():
            Appointment.objects.create(user_id=user.pk, role=ROLES[group.name])
        group.delete()


def dismiss(apps: Any, _schema_editor: Any) -> None:
    Group, Appointment = apps.get_model('auth', 'Group'), apps.get_model('pipeline', 'Appointment')
    for name, role in ROLES.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.user_set.set(Appointment.objects.filter(role=role, agency='').values_list('user', flat=True))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('pipeline', '0003_bulletins'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=20)),
                ('agency', models.TextField(blank=True, default='')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'role', 'agency'), name='appointment_once')],
            },
        ),
        migrations.RunPython(appoint, dismiss),
        migrations.AlterModelOptions('auditentry', {'ordering': ['sequence']}),
        migrations.AddIndex('auditentry', models.Index(fields=['who', 'sequence'], name='audit_who')),
        migrations.AddIndex('auditentry', models.Index(fields=['act', 'sequence'], name='audit_act')),
        migrations.AddIndex('auditentry', models.Index(fields=['at'], name='audit_at')),
    ]
