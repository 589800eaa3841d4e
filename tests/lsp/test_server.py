"""The server over standard input and output, as VS Code and as Neovim start it."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

LIMIT = 60.0
"""Seconds after which an answer counts as one that never comes."""

LOOP = """\
from tensorflow import keras

name = "🦊"
for i in range(3):
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(x, y); print("🦊", i)
"""


@pytest_lsp.fixture(
    scope="module",
    params=["visual-studio-code", "neovim"],
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

    answer = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities(request.param),
            workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "workspace")],
        )
    )
    lsp_client.offered = answer.capabilities  # type: ignore[attr-defined]
    yield
    await lsp_client.shutdown_session()


def pulls(client: LanguageClient) -> bool:
    return client.offered.diagnostic_provider is not None  # type: ignore[attr-defined]


def opened(client: LanguageClient, name: str, text: str) -> str:
    path: Path = client.folder / name  # type: ignore[attr-defined]
    path.write_text(text, encoding="utf-8")
    uri = path.as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, text))
    )
    return uri


async def found(
    client: LanguageClient, uri: str, rules: list[str] | None = None
) -> list[types.Diagnostic]:
    """The findings of a document, awaited until they are those of ``rules``."""
    deadline = time.monotonic() + LIMIT
    while True:
        if pulls(client):
            report = await client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
            )
            items = list(getattr(report, "items", []))
        else:
            items = list(client.diagnostics.get(uri, []))
        if rules is None or sorted(str(d.code) for d in items) == sorted(rules):
            return items
        if time.monotonic() > deadline:
            raise AssertionError(f"{[d.code for d in items]} instead of {rules}")
        await asyncio.sleep(0.02)


def change(
    client: LanguageClient,
    uri: str,
    version: int,
    start: tuple[int, int],
    end: tuple[int, int],
    text: str,
) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version, uri),
            [
                types.TextDocumentContentChangePartial(
                    types.Range(types.Position(*start), types.Position(*end)), text
                )
            ],
        )
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_a_loop_is_found_and_mended(client: LanguageClient) -> None:
    uri = opened(client, "loop.py", LOOP)
    (finding,) = await found(client, uri, ["model-rebuilt-in-loop"])
    assert finding.range.start == types.Position(4, 12)
    assert finding.severity == types.DiagnosticSeverity.Warning
    assert finding.source == "keras-lsp"
    assert finding.code_description and finding.code_description.href.endswith(
        "#model-rebuilt-in-loop"
    )
    assert finding.related_information
    assert finding.related_information[0].location.range.start.line == 3

    actions = await client.text_document_code_action_async(
        types.CodeActionParams(
            types.TextDocumentIdentifier(uri), finding.range, types.CodeActionContext([finding])
        )
    )
    assert actions
    offered = {a.title: a for a in actions if isinstance(a, types.CodeAction)}
    assert "Ignore `model-rebuilt-in-loop` on this line" in offered
    hoist = offered["Build the model once, before the loop"]
    if hoist.edit is None:
        hoist = await client.code_action_resolve_async(hoist)
    assert hoist.edit is not None
    edit = hoist.edit
    if edit.document_changes:
        (document,) = edit.document_changes
        assert isinstance(document, types.TextDocumentEdit)
        assert document.text_document.version == 1
        edits = list(document.edits)
    else:
        assert edit.changes
        edits = list(edit.changes[uri])
    for number, text_edit in enumerate(
        sorted(edits, key=lambda e: e.range.start.line, reverse=True)
    ):
        change(
            client,
            uri,
            2 + number,
            (text_edit.range.start.line, text_edit.range.start.character),
            (text_edit.range.end.line, text_edit.range.end.character),
            text_edit.new_text,
        )
    await found(client, uri, [])


@pytest.mark.asyncio(loop_scope="module")
async def test_the_other_file_is_followed(client: LanguageClient) -> None:
    opened(
        client,
        "models.py",
        "import keras\n\n\ndef build():\n    model = keras.Sequential()\n    name = '🦊'\n",
    )
    uri = opened(
        client, "train.py", "from models import build\n\nnet = build()\nnet.fit([1], [1])\n"
    )
    (finding,) = await found(client, uri, ["builder-returns-none"])
    assert finding.related_information
    assert finding.related_information[0].location.uri.endswith("/models.py")


@pytest.mark.asyncio(loop_scope="module")
async def test_columns_count_in_the_client_s_units(client: LanguageClient) -> None:
    text = 'import keras\nx = "🦊🦊"; model.fit(1)\nmodel = keras.Sequential()\n'
    uri = opened(client, "units.py", text)
    (finding,) = await found(client, uri, ["undefined-model"])
    line = text.splitlines()[1]
    encoding = client_encoding(client)
    assert finding.range.start.character == len(
        line[: line.index("model")].encode(encoding)
    ) // width(encoding)


def client_encoding(client: LanguageClient) -> str:
    assert client.capabilities is not None and client.capabilities.general is not None
    offered = client.capabilities.general.position_encodings
    first = offered[0] if offered else types.PositionEncodingKind.Utf16
    return {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[
        str(getattr(first, "value", first))
    ]


def width(encoding: str) -> int:
    return {"utf-8": 1, "utf-16-le": 2, "utf-32-le": 4}[encoding]


@pytest.mark.asyncio(loop_scope="module")
async def test_form_feeds_and_line_separators_break_no_line(client: LanguageClient) -> None:
    text = 'import keras\n\x0cy = "\u2028🦊"\nz = 3\nmodel = keras.Sequential()\n'
    uri = opened(client, "separators.py", text)
    await found(client, uri, [])
    change(client, uri, 2, (2, 0), (2, 5), "model.fit(1)")
    (finding,) = await found(client, uri, ["undefined-model"])
    assert finding.range.start.line == 2


@pytest.mark.asyncio(loop_scope="module")
async def test_a_half_typed_line_clears_nothing(client: LanguageClient) -> None:
    uri = opened(client, "typing.py", LOOP + "\nz = 1\n")
    await found(client, uri, ["model-rebuilt-in-loop"])
    change(client, uri, 2, (8, 0), (8, 5), "z = foo(")
    await found(client, uri, ["model-rebuilt-in-loop"])
    change(client, uri, 3, (6, 4), (6, 4), "print(")
    await found(client, uri, ["model-rebuilt-in-loop"])


@pytest.mark.asyncio(loop_scope="module")
async def test_the_hover_tells_the_life(client: LanguageClient) -> None:
    uri = opened(client, "hover.py", LOOP)
    await found(client, uri, ["model-rebuilt-in-loop"])
    hover = await client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(6, 5))
    )
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "compiled in line 6" in hover.contents.value
    assert "built and trained anew" in hover.contents.value


@pytest.mark.asyncio(loop_scope="module")
async def test_the_hover_tells_of_a_keras_name(client: LanguageClient) -> None:
    uri = opened(client, "hover_name.py", LOOP)
    await found(client, uri, ["model-rebuilt-in-loop"])
    hover = await client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(4, 48))
    )
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert "keras.layers.Dense(" in hover.contents.value


@pytest.mark.asyncio(loop_scope="module")
async def test_strings_and_names_are_completed(client: LanguageClient) -> None:
    text = "from tensorflow import keras\n'🦊'; keras.layers.Dense(1, activation='re\n"
    uri = opened(client, "complete.py", text)
    column = len("'🦊'; keras.layers.Dense(1, activation='re") + 1
    if client.offered.position_encoding == types.PositionEncodingKind.Utf32:  # type: ignore[attr-defined]
        column -= 1
    elif client.offered.position_encoding == types.PositionEncodingKind.Utf8:  # type: ignore[attr-defined]
        column += 2
    answer = await client.text_document_completion_async(
        types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(1, column))
    )
    assert isinstance(answer, types.CompletionList)
    relu = next(item for item in answer.items if item.label == "relu")
    assert isinstance(relu.text_edit, types.TextEdit)
    assert relu.text_edit.range == types.Range(
        types.Position(1, column - 2), types.Position(1, column)
    )


@pytest.mark.asyncio(loop_scope="module")
async def test_the_signature_of_a_call(client: LanguageClient) -> None:
    text = "from tensorflow import keras\n'🦊'; keras.layers.Dense(1, \n"
    uri = opened(client, "signature.py", text)
    answer = await client.text_document_signature_help_async(
        types.SignatureHelpParams(types.TextDocumentIdentifier(uri), types.Position(1, 31))
    )
    assert answer is not None
    (signature,) = answer.signatures
    assert signature.label.startswith("Dense(units, activation=None")
    assert signature.parameters is not None
    assert answer.active_parameter == 1
    label = signature.parameters[1].label
    told = label if isinstance(label, str) else signature.label[label[0] : label[1]]
    assert told == "activation=None"


@pytest.mark.asyncio(loop_scope="module")
async def test_the_trace_command(client: LanguageClient) -> None:
    uri = opened(client, "trace.py", LOOP)
    lives = await client.workspace_execute_command_async(
        types.ExecuteCommandParams("keras-lsp.trace", arguments=[uri])
    )
    assert [s["what"] for s in lives[0]["steps"]][:3] == ["defined", "compiled", "trained"]


@pytest.mark.asyncio(loop_scope="module")
async def test_a_closed_document_has_no_findings(client: LanguageClient) -> None:
    uri = opened(client, "closed.py", LOOP)
    await found(client, uri, ["model-rebuilt-in-loop"])
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    )
    await found(client, uri, [])
