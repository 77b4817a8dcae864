"""Every address of the site."""

from django.contrib import admin
from django.urls import path

from .api.centre import CentreView
from .api.exports import CsvView, GeoJsonView
from .api.results import ResultsView
from .api.schema import SchemaView
from .languages import in_each_language
from .sign_in import SignInForm
from .views.accessibility import accessibility
from .views.advertising import advertising
from .views.callback import (
    callback_answer,
    callback_read,
    callback_status,
    centre_callback,
    team_callback,
)
from .views.centre import centre
from .views.claim import (
    claim,
    claim_another_code,
    claim_code,
    claim_document,
    claim_link,
    claim_phone,
    claim_start,
)
from .views.claimant import (
    claim_admission,
    claim_basics,
    claim_callbacks,
    claim_end,
    claim_facts_page,
    claim_leave,
    claim_renew,
)
from .views.compare import call_sheet, compare
from .views.components import components
from .views.data import data
from .views.health import healthz
from .views.help import help_now
from .views.home import home
from .views.list_a_centre import list_a_centre, listing, listing_step
from .views.manifest import manifest
from .views.map import outline, points
from .views.privacy import privacy
from .views.rehab import rehab, rehab_index
from .views.reply import reply
from .views.report import progress as report_progress
from .views.report import report
from .views.results import results
from .views.robots import robots
from .views.security_txt import security_txt
from .views.shortlist import shortlist
from .views.sitemap import sitemap, sitemap_part
from .views.treatment import treatment, treatment_index
from .views.verification import verification

admin.site.login_form = SignInForm

urlpatterns = [
    in_each_language(
        path("", home, name="home"),
        path("search/", results, name="search"),
        path("search/map/", points, name="map-points"),
        path("centres/<slug:slug>/", centre, name="centre"),
        path("centres/<slug:slug>/callback/", centre_callback, name="centre-callback"),
        path("callback/", team_callback, name="callback"),
        path("callback/read/<str:token>/", callback_read, name="callback-read"),
        path("callback/answer/<str:token>/", callback_answer, name="callback-answer"),
        path("callback/<str:token>/", callback_status, name="callback-status"),
        path("centres/<slug:slug>/claim/", claim_start, name="centre-claim"),
        path("centres/<slug:slug>/claim/link/", claim_link, name="claim-link"),
        path("claims/<str:token>/", claim, name="claim"),
        path("claims/<str:token>/code/", claim_code, name="claim-code"),
        path("claims/<str:token>/code/another/", claim_another_code, name="claim-another-code"),
        path("claims/<str:token>/phone/", claim_phone, name="claim-phone"),
        path("claims/<str:token>/document/", claim_document, name="claim-document"),
        path("claims/<str:token>/admission/", claim_admission, name="claim-admission"),
        path("claims/<str:token>/basics/", claim_basics, name="claim-basics"),
        path("claims/<str:token>/callbacks/", claim_callbacks, name="claim-callbacks"),
        path("claims/<str:token>/facts/<slug:group>/", claim_facts_page, name="claim-facts"),
        path("claims/<str:token>/renew/", claim_renew, name="claim-renew"),
        path("claims/<str:token>/reply/", reply, name="claim-reply"),
        path("claims/<str:token>/end/", claim_end, name="claim-end"),
        path("claims/<str:token>/leave/", claim_leave, name="claim-leave"),
        path("centres/<slug:slug>/report/", report, name="centre-report"),
        path("reports/<str:token>/", report_progress, name="report"),
        path("list-a-centre/", list_a_centre, name="list-a-centre"),
        path("list-a-centre/<str:token>/", listing, name="list-a-centre-status"),
        path("list-a-centre/<str:token>/<slug:step>/", listing_step, name="list-a-centre-step"),
        path("shortlist/", shortlist, name="shortlist"),
        path("compare/", compare, name="compare"),
        path("compare/print/", call_sheet, name="call-sheet"),
        path("treatment/", treatment_index, name="treatment-index"),
        path("treatment/<slug:substance>/", treatment, name="treatment"),
        path("rehab/", rehab_index, name="rehab-index"),
        path("rehab/<slug:place>/", rehab, name="rehab"),
        path("help/", help_now, name="help"),
        path("data/", data, name="data"),
        path("verification/", verification, name="verification"),
        path("advertising/", advertising, name="advertising"),
        path("privacy/", privacy, name="privacy"),
        path("accessibility/", accessibility, name="accessibility"),
    ),
    path("search/map/<str:country>.geojson", outline, name="map-outline"),
    path("api/centres/", ResultsView.as_view(), name="api-centres"),
    path("api/centres/<str:id>/", CentreView.as_view(), name="api-centre"),
    path("api/centres.geojson", GeoJsonView.as_view(), name="api-centres-geojson"),
    path("api/centres.csv", CsvView.as_view(), name="api-centres-csv"),
    path("api/schema/", SchemaView.as_view(), name="api-schema"),
    path("healthz", healthz, name="healthz"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<slug:kind>-<int:number>.xml", sitemap_part, name="sitemap-part"),
    path("admin/components/", components, name="components"),
    path("admin/", admin.site.urls),
]
