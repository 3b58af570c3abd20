//! The bytes of a source, piece by piece.

use std::io::{self, Read};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::task::{JoinHandle, spawn_blocking};

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
pub(super) enum Reads<R> {
    Idle(R),
    Reading(JoinHandle<(R, io::Result<Bytes>)>),
    Ended,
}

impl<R: Read + Send + 'static> Reads<R> {
    fn read(mut reader: R) -> Self {
        Self::Reading(spawn_blocking(move || {
            let bytes = read(&mut reader);
            (reader, bytes)
        }))
    }
}

impl<R: Read + Send + Unpin + 'static> Stream for Reads<R> {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut *self {
                Self::Idle(_) => {
                    if let Self::Idle(reader) = std::mem::replace(&mut *self, Self::Ended) {
                        *self = Self::read(reader);
                    }
                }
                Self::Reading(job) => {
                    let result = ready!(Pin::new(job).poll(cx));
                    *self = Self::Ended;
                    return Poll::Ready(match result {
                        Ok((_, Ok(bytes))) if bytes.is_empty() => None,
                        Ok((reader, Ok(bytes))) => {
                            *self = Self::read(reader);
                            Some(Ok(bytes))
                        }
                        Ok((_, Err(error))) => Some(Err(error)),
                        Err(error) => Some(Err(io::Error::other(error))),
                    });
                }
                Self::Ended => return Poll::Ready(None),
            }
        }
    }
}

fn read(reader: &mut impl Read) -> io::Result<Bytes> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match reader.read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                return Ok(buffer.into());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
