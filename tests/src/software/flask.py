"""A Flask application: a page from a template, and the build as its static files."""

import sys

from flask import Flask, render_template
from jinja2 import FileSystemLoader

sys.path.insert(0, "FOLDER/out/.pyrite/flask")
import pyrite_headers

app = Flask("site", static_folder="FOLDER/out", static_url_path="/static")
app.jinja_loader = FileSystemLoader(["FOLDER/out/templates", "FOLDER/out/.pyrite/flask"])
pyrite_headers.init_app(app)
app.add_url_rule("/", view_func=lambda: render_template("page.html"))
app.run(port=PORT)
