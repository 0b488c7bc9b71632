"""Addresses of accounts, teams and invitations, and of the methods and guides that all who sign in may read."""

from django.urls import path

from annotations.views import accounts, guide, invitation, methods, password_link, team

urlpatterns = [
    path("sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("sign-out/", accounts.SignOut.as_view(), name="sign-out"),
    path("password/", accounts.PasswordChange.as_view(), name="password-change"),
    path(
        "password/<str:uidb64>/<str:token>/",
        password_link.SetPassword.as_view(),
        name="password-set",
    ),
    path("settings/", accounts.settings, name="account-settings"),
    path("methods/", methods.page, name="methods"),
    path("guide/", guide.home, name="guide-home"),
    path("guide/images/<str:name>", guide.image, name="guide-image"),
    path("guide/<path:name>/", guide.page, name="guide"),
    path("teams/", team.team_list, name="team-list"),
    path("teams/new/", team.team_create, name="team-create"),
    path("teams/<str:slug>/", team.team_detail, name="team-detail"),
    path("teams/<str:slug>/invite/", invitation.invite, name="team-invite"),
    path(
        "teams/<str:slug>/invitations/<int:pk>/revoke/",
        invitation.revoke,
        name="invitation-revoke",
    ),
    path("teams/<str:slug>/members/<int:pk>/", team.member, name="team-member"),
    path(
        "teams/<str:slug>/members/<int:pk>/password/",
        password_link.make,
        name="password-link",
    ),
    path(
        "teams/<str:slug>/members/<int:pk>/password/withdraw/",
        password_link.withdraw,
        name="password-link-withdraw",
    ),
    path("invitations/<str:token>/", invitation.accept, name="invitation"),
]
