"""Answering interactions: the callback, and the webhook that each token is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator import payloads
from tests.simulator.routing import Reply, route

if TYPE_CHECKING:
    from tests.simulator.interactions import Interaction
    from tests.simulator.routing import Request


@route("POST /interactions/{interaction_id}/{interaction_token}/callback", with_token=False)
def callback(request: Request) -> Reply:
    interactions = request.services.interactions
    token = request.parameters["interaction_token"]
    interaction = interactions.answerable(request.id("interaction_id"), token)
    interactions.respond(interaction, request.body, request.files)
    if request.flag("with_response"):
        return Reply(200, interactions.callback_response(interaction))
    return Reply(204)


def _interaction(request: Request) -> Interaction:
    return request.services.interactions.webhook(request.id("webhook_id"), request.parameters["webhook_token"])


def _name(request: Request) -> str:
    return request.parameters.get("message_id", "@original")


@route("POST /webhooks/{webhook_id}/{webhook_token}", with_token=False)
def follow_up(request: Request) -> Reply:
    message = request.services.interactions.follow_up(_interaction(request), request.body, request.files)
    return Reply(200, payloads.message(request.discord, message))


@route("GET /webhooks/{webhook_id}/{webhook_token}/messages/@original", with_token=False)
@route("GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", with_token=False)
def message(request: Request) -> Reply:
    found = request.services.interactions.find(_interaction(request), _name(request))
    return Reply(200, payloads.message(request.discord, found))


@route("PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original", with_token=False)
@route("PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", with_token=False)
def edit_message(request: Request) -> Reply:
    interaction = _interaction(request)
    edited = request.services.interactions.edit(interaction, _name(request), request.body, request.files)
    return Reply(200, payloads.message(request.discord, edited))


@route("DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original", with_token=False)
@route("DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", with_token=False)
def delete_message(request: Request) -> Reply:
    request.services.interactions.delete(_interaction(request), _name(request))
    return Reply(204)
