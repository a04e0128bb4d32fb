//! What every example does: read `--out DIR`, write files there, and say which.
#![allow(dead_code, reason = "each example takes the part that it needs")]

use heavyball::plot::Figure;
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::path::{Path, PathBuf};

/// Why an example stopped; `main` prints it as it reads.
pub(crate) struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl Failure {
    /// With the file that it concerns.
    pub(crate) fn reading(path: &Path, error: impl Display) -> Self {
        Self(format!("cannot use {}: {error}", path.display()))
    }
}

/// The directory that an example writes to.
pub(crate) struct Output(PathBuf);

impl Output {
    /// From the arguments of the program; `None` once `--help` has been answered.
    pub(crate) fn from_arguments(name: &str, question: &str) -> Result<Option<Self>, Failure> {
        let usage = format!(
            "{question}\n\nUsage: cargo run --release --example {name} -- [--out DIR]\n\n  \
             --out DIR   where the figures and the CSV go [default: target/figures]\n  \
             --help      this text"
        );
        Ok(Self::parse(&usage, None)?.map(|(output, _)| output))
    }

    /// As [`Self::from_arguments`], with the file that `--data FILE` names, if it was given.
    pub(crate) fn and_data(
        name: &str,
        question: &str,
        default: &str,
    ) -> Result<Option<(Self, Option<PathBuf>)>, Failure> {
        let usage = format!(
            "{question}\n\nUsage: cargo run --release --example {name} -- [--out DIR] [--data FILE]\n\n  \
             --out DIR     where the figures and the CSV go [default: target/figures]\n  \
             --data FILE   the table to read [default: {default}, built in]\n  \
             --help        this text"
        );
        Self::parse(&usage, Some("--data"))
    }

    /// As [`Self::from_arguments`], with the file that `--checkpoint FILE` names, if it was given.
    pub(crate) fn and_checkpoint(
        name: &str,
        question: &str,
    ) -> Result<Option<(Self, Option<PathBuf>)>, Failure> {
        let usage = format!(
            "{question}\n\nUsage: cargo run --release --example {name} -- [--out DIR] [--checkpoint FILE]\n\n  \
             --out DIR           where the figures and the CSV go [default: target/figures]\n  \
             --checkpoint FILE   what is finished, to go on from when the run is killed; begun if it is not there\n  \
             --help              this text"
        );
        Self::parse(&usage, Some("--checkpoint"))
    }

    /// The directory, and the file that the option `more` names.
    fn parse(usage: &str, more: Option<&str>) -> Result<Option<(Self, Option<PathBuf>)>, Failure> {
        let mut directory = PathBuf::from("target/figures");
        let mut file = None;
        let mut arguments = std::env::args_os().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--out") => {
                    directory = named("--out needs a directory", arguments.next(), usage)?
                }
                Some("--help" | "-h") => {
                    println!("{usage}");
                    return Ok(None);
                }
                option if option.is_some() && option == more => {
                    let need = format!("{} needs a file", argument.display());
                    file = Some(named(&need, arguments.next(), usage)?);
                }
                _ => {
                    let shown = argument.display();
                    return Err(Failure(format!("unknown argument {shown}\n\n{usage}")));
                }
            }
        }
        Ok(Some((Self::at(directory)?, file)))
    }

    /// In a directory, which is made if it is not there.
    pub(crate) fn at(directory: PathBuf) -> Result<Self, Failure> {
        std::fs::create_dir_all(&directory).map_err(|error| unwritable(&directory, error))?;
        Ok(Self(directory))
    }

    /// Writes a table.
    pub(crate) fn csv(&self, name: &str, rows: &str) -> Result<(), Failure> {
        let path = self.0.join(name);
        std::fs::write(&path, rows).map_err(|error| unwritable(&path, error))?;
        println!("  wrote {}", path.display());
        Ok(())
    }

    /// Writes a figure.
    pub(crate) fn figure(&self, name: &str, figure: &Figure) -> Result<(), Failure> {
        let path = self.0.join(name);
        figure.save(&path)?;
        println!("  wrote {}", path.display());
        Ok(())
    }
}

fn named(need: &str, name: Option<OsString>, usage: &str) -> Result<PathBuf, Failure> {
    name.filter(|name| !name.is_empty())
        .map(PathBuf::from)
        .ok_or_else(|| Failure(format!("{need}\n\n{usage}")))
}

fn unwritable(path: &Path, error: impl Display) -> Failure {
    let path = path.display();
    Failure(format!(
        "cannot write {path}: {error}; name another directory with --out DIR"
    ))
}
