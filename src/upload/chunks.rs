//! The bytes of a source, piece by piece.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

use super::regular;
use super::snapshot::{Recorder, SnapshotCell};

/// Reads of this size are as fast as the disk; those of a few KiB take ten times as long.
pub(super) const CHUNK: usize = 256 * 1024;

pub(super) type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Bytes in memory, in pieces, so that they are not all handed over at once.
pub(super) struct Slices(pub(super) Bytes);

impl Stream for Slices {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.0.len().min(CHUNK);
        Poll::Ready(Some(Ok(self.0.split_to(length))))
    }
}

/// What a blocking reader gives. It is read on the threads that are meant for that, one piece ahead of the connection; no
/// thread waits for the connection.
pub(super) struct Reads<R> {
    state: State<R>,
    read: fn(&mut R) -> io::Result<Piece>,
}

enum State<R> {
    Idle(R),
    Reading(JoinHandle<(R, io::Result<Piece>)>),
    Read(R, Piece),
    Ended,
}

pub(super) struct Piece {
    bytes: Bytes,
    is_last: bool,
}

/// A file that is read from its beginning.
pub(super) struct LocalFile {
    file: File,
    /// Sees what is read, if somebody wants a snapshot.
    recorder: Option<(Recorder, SnapshotCell)>,
}

impl Reads<LocalFile> {
    /// The file at the path, and its length. The beginning is read at once. `None` for what is no regular file.
    pub(super) fn open(
        path: &Path,
        snapshot: Option<SnapshotCell>,
    ) -> io::Result<Option<(Self, u64)>> {
        let Some(file) = regular::read(path)? else {
            return Ok(None);
        };
        let length = file.metadata()?.len();
        let room = usize::try_from(length).map_or(CHUNK, |length| CHUNK.min(length + 1));
        let recorder = match snapshot {
            Some(snapshot) => Some((Recorder::new(&file)?, snapshot)),
            None => None,
        };
        let mut file = LocalFile { file, recorder };
        let beginning = fill(&mut file, room)?;
        let reads = Self {
            state: State::Read(file, beginning),
            read: |file| fill(file, CHUNK),
        };
        Ok(Some((reads, length)))
    }
}

impl<R: Read + Send + 'static> Reads<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            state: State::Idle(reader),
            read: read_once,
        }
    }
}

impl<R: Send + 'static> Reads<R> {
    fn start(&self, mut reader: R) -> State<R> {
        let read = self.read;
        State::Reading(spawn_blocking(move || {
            let piece = read(&mut reader);
            (reader, piece)
        }))
    }
}

impl<R: Send + Unpin + 'static> Stream for Reads<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let State::Reading(job) = &mut self.state {
                let result = ready!(Pin::new(job).poll(cx));
                self.state = match result {
                    Ok((reader, Ok(piece))) => State::Read(reader, piece),
                    Ok((_, Err(error))) => return self.fail(error),
                    Err(error) => return self.fail(io::Error::other(error)),
                };
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Read(_, piece) if piece.bytes.is_empty() => return Poll::Ready(None),
                State::Read(reader, piece) => {
                    if !piece.is_last {
                        self.state = self.start(reader);
                    }
                    return Poll::Ready(Some(Ok(piece.bytes)));
                }
                State::Idle(reader) => self.state = self.start(reader),
                State::Reading(_) | State::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<R> Reads<R> {
    fn fail(&mut self, error: io::Error) -> Poll<Option<io::Result<Bytes>>> {
        self.state = State::Ended;
        Poll::Ready(Some(Err(error)))
    }
}

/// As much as there is room for: a file is there, and doesn't keep anyone waiting.
fn fill(source: &mut LocalFile, room: usize) -> io::Result<Piece> {
    let mut buffer = Vec::with_capacity(room);
    let file = &mut source.file;
    file.take(room as u64).read_to_end(&mut buffer)?;
    let is_last = buffer.len() < room;
    if let Some((recorder, snapshot)) = &mut source.recorder {
        recorder.see(&buffer);
        if is_last {
            snapshot.put(recorder.snapshot());
        }
    }
    Ok(Piece {
        is_last,
        bytes: buffer.into(),
    })
}

/// What one read gives: who knows how long the next one takes.
fn read_once(reader: &mut impl Read) -> io::Result<Piece> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match reader.read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(Piece {
                    is_last: buffer.is_empty(),
                    bytes: buffer.into(),
                });
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
