"""Refactorings as clients get them: edits at once, or when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

from keras_lsp.text import Edit, Span, apply_edits

METHOD = """\
import keras

fox = 1
class Trainer:
    def build(self):
        model = keras.Sequential([keras.layers.Dense(1)])
        return model
"""

REFACTOR = types.CodeActionKind.Refactor


@pytest_lsp.fixture(
    scope="module",
    params=["visual-studio-code", "neovim", "plain"],
    config=ClientServerConfig(server_command=[sys.executable, "-m", "keras_lsp", "server"]),
)
async def client(
    lsp_client: LanguageClient,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[None]:
    folder = tmp_path_factory.mktemp("workspace")
    lsp_client.folder = folder  # type: ignore[attr-defined]

    @lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        """VS Code registers what the server asks for."""

    plain = types.ClientCapabilities()
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=(
                plain if request.param == "plain" else client_capabilities(request.param)
            ),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "workspace")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, name: str, text: str) -> str:
    path: Path = client.folder / name  # type: ignore[attr-defined]
    uri = path.as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text))
    )
    return uri


async def actions_at(
    client: LanguageClient,
    uri: str,
    line: int,
    only: list[types.CodeActionKind | str] | None = None,
) -> dict[str, types.CodeAction]:
    at = types.Position(line, 9)
    found = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri),
            types.Range(at, at),
            types.CodeActionContext([], only=only),
        )
    )
    return {a.title: a for a in found or () if isinstance(a, types.CodeAction)}


async def applied(client: LanguageClient, uri: str, text: str, action: types.CodeAction) -> str:
    if action.edit is None:
        action = await client.code_action_resolve_async(action)
    assert action.edit is not None
    edits: list[types.TextEdit] = []
    for document in action.edit.document_changes or ():
        assert isinstance(document, types.TextDocumentEdit)
        assert document.text_document.version == 1
        edits += [e for e in document.edits if isinstance(e, types.TextEdit)]
    edits += (action.edit.changes or {}).get(uri, ())
    spans = [
        (Span.of(a.line, a.character, b.line, b.character), e.new_text)
        for e in edits
        for a, b in [(e.range.start, e.range.end)]
    ]
    return apply_edits(text, [Edit(span, content) for span, content in spans])


@pytest.mark.asyncio(loop_scope="module")
async def test_a_refactoring_is_offered_and_done(client: LanguageClient) -> None:
    uri = opened(client, "method.py", METHOD)
    offered = await actions_at(client, uri, 5)
    action = offered["Assign to `self.model`"]
    assert action.kind == "refactor.rewrite.keras-lsp"
    assert action.diagnostics is None
    after = await applied(client, uri, METHOD, action)
    assert "        self.model = keras.Sequential([keras.layers.Dense(1)])\n" in after
    assert "        return self.model\n" in after
    assert "    def __init__(self):\n        self.model = None\n" in after


@pytest.mark.asyncio(loop_scope="module")
async def test_only_the_kinds_that_are_wanted(client: LanguageClient) -> None:
    uri = opened(client, "kinds.py", METHOD)
    title = "Assign to `self.model`"
    for only in ([REFACTOR], ["refactor.rewrite"], ["refactor.rewrite.keras-lsp"]):
        offered = await actions_at(client, uri, 5, only)
        assert title in offered
        assert all(_within(a.kind, only[0]) for a in offered.values())
    for only in ([types.CodeActionKind.QuickFix], ["refactor.extract"], ["source.fixAll"]):
        assert title not in await actions_at(client, uri, 5, only)


def _within(kind: types.CodeActionKind | str | None, wanted: types.CodeActionKind | str) -> bool:
    return str(getattr(kind, "value", kind)).startswith(str(getattr(wanted, "value", wanted)))


@pytest.mark.asyncio(loop_scope="module")
async def test_nothing_is_offered_elsewhere(client: LanguageClient) -> None:
    uri = opened(client, "elsewhere.py", METHOD)
    assert list(await actions_at(client, uri, 2)) == []


SHOW = """\
import keras

model = keras.Sequential([keras.Input((4,))])
def show():
    print(model.count_params())
show()
"""


@pytest.mark.asyncio(loop_scope="module")
async def test_a_function_that_other_files_call_is_left_alone(client: LanguageClient) -> None:
    folder: Path = client.folder  # type: ignore[attr-defined]
    (folder / "caller.py").write_text("from shown import show\n\nshow()\n", encoding="utf-8")
    title = "Pass `model` to `show` as a parameter"

    uri = opened(client, "alone.py", SHOW)
    action = (await actions_at(client, uri, 4))[title]
    assert "show(model)" in await applied(client, uri, SHOW, action)

    uri = opened(client, "shown.py", SHOW)
    offered = await actions_at(client, uri, 4)
    if title in offered:
        with pytest.raises(JsonRpcException, match="another file may call `show`"):
            await applied(client, uri, SHOW, offered[title])
