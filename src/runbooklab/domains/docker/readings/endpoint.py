"""Which endpoint the client uses, in words. Pure."""

from __future__ import annotations

from runbooklab.domains.docker.records import EndpointLook


def who_names(look: EndpointLook) -> str:
    """Who says which endpoint is used, to begin a sentence with."""
    words = {
        "DOCKER_HOST": "DOCKER_HOST",
        "DOCKER_CONTEXT": f"The context {look.context} (DOCKER_CONTEXT)",
        "context": f"The current context {look.context}",
        "default": "The default endpoint",
    }
    return words[look.named_by]
