"""A list of notes: an API in FastAPI, and a front end whose files are replaced as you save them."""

from fastapi import FastAPI
from hmr_server import HotReload
from pydantic import BaseModel


class Note(BaseModel):
    text: str


app = FastAPI()
# For development. In production a static server, or starlette's StaticFiles, serves frontend/.
app.add_middleware(HotReload, root="frontend")
notes = [Note(text="Save frontend/style.css"), Note(text="Save frontend/main.js")]


@app.get("/api/notes")
def all_notes() -> list[Note]:
    return notes


@app.post("/api/notes")
def add_note(note: Note) -> list[Note]:
    notes.append(note)
    return notes
