"""A Django project of one file: a page from a template, and the build among the static files."""

import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.shortcuts import render
from django.urls import path

sys.path.insert(0, "FOLDER/out/.pyrite/django")

settings.configure(
    DEBUG=True,
    SECRET_KEY="of a test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.staticfiles"],
    MIDDLEWARE=["pyrite_headers.PyriteHeaders"],
    STATIC_URL="/static/",
    STATICFILES_DIRS=["FOLDER/out"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": ["FOLDER/out/templates", "FOLDER/out/.pyrite/django"],
        }
    ],
)
urlpatterns = [path("", lambda request: render(request, "page.html"))]
execute_from_command_line(["site.py", "runserver", "--noreload", "--skip-checks", "127.0.0.1:PORT"])
