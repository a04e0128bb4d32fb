//! Kept file: a file that holds its old content or its new one, never a half, and that one process at a time may replace.

use crate::Error;
use crate::error::FileError;
use crate::sweep::CheckpointError;
use crate::sweep::format::MAGIC;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A file that this process alone may replace, until it is dropped.
#[derive(Debug)]
pub(super) struct KeptFile {
    path: PathBuf,
    /// Locked; the system lets it go even if the process is killed.
    lock: File,
}

impl Drop for KeptFile {
    fn drop(&mut self) {
        // Closing is not enough: a process that another thread is starting has the file open as well, until it is another program.
        let _ = self.lock.unlock();
    }
}

impl KeptFile {
    /// Takes the lock beside the file. It cannot be on the file itself, which is another one after each writing.
    pub(super) fn locked(path: &Path) -> Result<Self, Error> {
        let path = &followed(path);
        let beside = with_ending(path, ".lock")?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&beside)
            .map_err(|error| unwritten(&beside, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Checkpoint(CheckpointError::InUse {
                path: path.display().to_string(),
                lock: beside.display().to_string(),
            })),
            Err(TryLockError::Error(error)) => Err(unwritten(&beside, &error)),
        }
    }

    /// Its bytes, `None` if there is no such file; of a file that is no checkpoint only the first few, for it may be large.
    pub(super) fn content(&self) -> Result<Option<Vec<u8>>, Error> {
        let read = || -> io::Result<Vec<u8>> {
            // Opening a pipe would wait for a writer.
            if !std::fs::metadata(&self.path)?.is_file() {
                return Err(io::Error::other("it is no regular file"));
            }
            let mut file = File::open(&self.path)?;
            let mut bytes = Vec::new();
            (&mut file)
                .take(MAGIC.len() as u64)
                .read_to_end(&mut bytes)?;
            if bytes == MAGIC {
                file.read_to_end(&mut bytes)?;
            }
            Ok(bytes)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::File(FileError::Read {
                what: self.path.display().to_string(),
                reason: error.to_string(),
            })),
        }
    }

    /// Replaces its content; whatever happens, the old or the new one is there, and after this the new one.
    pub(super) fn replace(&self, bytes: &[u8]) -> Result<(), Error> {
        let aside = with_ending(&self.path, ".part")?;
        let written = write_synced(&aside, bytes)
            .and_then(|()| std::fs::rename(&aside, &self.path))
            .and_then(|()| sync_directory(&self.path));
        written.map_err(|error| {
            // What is half there is of no use, and the disk may be full.
            let _ = std::fs::remove_file(&aside);
            unwritten(&self.path, &error)
        })
    }
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    // Before the renaming: a name that reaches the disk before the content would be an empty file after a loss of power.
    file.sync_all()
}

/// A new name is on the disk once its directory is.
fn sync_directory(path: &Path) -> io::Result<()> {
    // Windows opens no directories, and keeps names in its journal.
    if cfg!(unix) {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

/// Links a path may lead through, as many as systems follow.
const LINKS: usize = 40;

/// Where a path leads: renaming onto a link would replace the link, and leave what it points to unlocked.
fn followed(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        let Ok(target) = std::fs::read_link(&at) else {
            break;
        };
        // A relative one counts from where the link is.
        at = at.parent().unwrap_or(Path::new("")).join(target);
    }
    at
}

/// The path with more at the end of its name.
fn with_ending(path: &Path, ending: &str) -> Result<PathBuf, Error> {
    let Some(name) = path.file_name() else {
        return Err(unwritten(path, "it names no file"));
    };
    let mut name = name.to_owned();
    name.push(ending);
    Ok(path.with_file_name(name))
}

fn unwritten(path: &Path, reason: impl ToString) -> Error {
    Error::File(FileError::Write {
        what: path.display().to_string(),
        reason: reason.to_string(),
    })
}
