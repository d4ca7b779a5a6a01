"""The Bookinfo sample under default deny."""

from typing import Any

from tests.support.stacks import DEMO, refusals_of, settings_of

PAGE: dict[str, Any] = {
    "namespace": "bookinfo",
    "port": 9080,
    "serviceAccount": "bookinfo-productpage",
    "calls": ["details", "reviews"],
}


def described(name: str, **more: object) -> dict[str, Any]:
    """One of the sample's services."""
    return {"namespace": "bookinfo", "port": 9080, "serviceAccount": f"bookinfo-{name}", **more}


BOOKINFO: dict[str, Any] = {
    "productpage": PAGE,
    "details": described("details"),
    "reviews": described("reviews", calls=["ratings"]),
    "ratings": described("ratings"),
}


def mesh(services: dict[str, Any]) -> dict[str, Any]:
    """A stack with the sample in which everybody is denied by default."""
    return {**DEMO, "services": services, "authorization": {"stage": "enforce", "defaultDeny": "mesh"}}


def told(services: dict[str, Any]) -> list[str]:
    """What is said about it."""
    return refusals_of(mesh(services))


def test_a_sample_that_says_who_calls_whom_works_under_default_deny() -> None:
    assert settings_of(mesh(BOOKINFO)).services, "the page is called by the gateway of the sample"


def test_a_sample_of_which_nothing_is_said_would_be_denied() -> None:
    assert told({"details": {**BOOKINFO["details"], "callers": []}}) == [
        "Pulumi.test.yaml: mesh.samples.bookinfo.namespace: everybody is denied in 'bookinfo' by default, and nothing "
        "says who calls ratings, reviews, productpage. Describe them in `services`, with `calls`, or leave the "
        "namespace out (`authorization.namespaces`). [MESH-207]"
    ], "the first request would show it, and not the preview"


def test_a_part_of_the_sample_has_the_identity_that_the_sample_gives_it() -> None:
    page = {key: value for key, value in PAGE.items() if key != "serviceAccount"}
    assert told({**BOOKINFO, "productpage": page}) == [
        "Pulumi.test.yaml: mesh.services.productpage.serviceAccount: the sample's productpage runs as "
        "'bookinfo-productpage', not as 'productpage', so that nobody would know it. Set `serviceAccount: "
        "bookinfo-productpage`. [MESH-213]"
    ], "its calls would be refused as somebody else's"
