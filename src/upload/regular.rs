//! Opening of regular files.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file with these options. `None` if it is not a regular file, such as a directory, a pipe
/// or a device.
///
/// Opening a pipe can wait for its other end, and opening a device can change the device. The type
/// is therefore checked before the file is opened. The path can lead to another file by then, so
/// the file is opened in non-blocking mode, and its type is checked again.
pub(super) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<Option<File>> {
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        // The options may create the file.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    let is_regular = file.metadata()?.is_file();
    Ok(is_regular.then_some(file))
}

/// Opens a file for reading.
pub(super) fn read(path: &Path) -> io::Result<Option<File>> {
    open(path, OpenOptions::new().read(true))
}
