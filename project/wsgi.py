"""The WSGI application that the web process serves."""

import os

from django.core.wsgi import get_wsgi_application

from project.bodies import with_whole_bodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
application = with_whole_bodies(get_wsgi_application())
