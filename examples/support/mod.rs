//! What every example does: read `--out DIR` and `--format FORMAT`, write files there, and say which.
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
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    /// With the file that it concerns.
    pub(crate) fn reading(path: &Path, error: impl Display) -> Self {
        Self(format!("cannot use {}: {error}", path.display()))
    }
}

/// The formats of figures, by the extension of their files; the first is the default.
pub(crate) const FORMATS: [&str; 2] = ["png", "svg"];

/// The values of each option of a list, as often as it was given.
pub(crate) type Values = Vec<Vec<OsString>>;

/// The directory that an example writes to, and the format of its figures.
pub(crate) struct Output {
    directory: PathBuf,
    format: String,
}

/// An option of one example only, with its value and what it means; a value that ends with `...` may be several.
pub(crate) struct Extra {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    pub(crate) meaning: String,
}

impl Output {
    /// From the arguments of the program; `None` once `--help` has been answered.
    pub(crate) fn from_arguments(name: &str, question: &str) -> Result<Option<Self>, Failure> {
        Ok(Self::and_values(name, question, &[])?.map(|(output, _)| output))
    }

    /// As [`Self::from_arguments`], with the file that `--data FILE` names, if it was given.
    pub(crate) fn and_data(
        name: &str,
        question: &str,
        default: &str,
    ) -> Result<Option<(Self, Option<PathBuf>)>, Failure> {
        let data = Extra {
            name: "--data",
            value: "FILE",
            meaning: format!("the table to read [default: {default}, built in]"),
        };
        let parsed = Self::and_values(name, question, &[data])?;
        Ok(parsed.map(|(output, values)| {
            (
                output,
                values.into_iter().flatten().next().map(PathBuf::from),
            )
        }))
    }

    /// As [`Self::from_arguments`], with the values of the options `extras`, each as often as it was given.
    pub(crate) fn and_values(
        name: &str,
        question: &str,
        extras: &[Extra],
    ) -> Result<Option<(Self, Values)>, Failure> {
        let usage = usage(name, question, extras);
        let mut directory = PathBuf::from("target/figures");
        let [mut format, _] = FORMATS.map(str::to_owned);
        let mut values = vec![Vec::new(); extras.len()];
        let mut arguments = std::env::args_os().skip(1).peekable();
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("--out") => {
                    directory = named("--out needs a directory", arguments.next(), &usage)?;
                }
                Some("--format") => {
                    let formats = FORMATS.join(" or ");
                    let need = format!("--format needs {formats}");
                    let given = named(&need, arguments.next(), &usage)?;
                    let known = FORMATS.iter().find(|known| given == Path::new(known));
                    let refused =
                        || format!("unknown format {}: {need}\n\n{usage}", given.display());
                    format = known.ok_or_else(|| Failure(refused()))?.to_string();
                }
                Some("--help" | "-h") => {
                    println!("{usage}");
                    return Ok(None);
                }
                option => {
                    let mut both = extras.iter().zip(&mut values);
                    let Some((extra, values)) = both.find(|(extra, _)| option == Some(extra.name))
                    else {
                        let shown = argument.display();
                        return Err(Failure(format!("unknown argument {shown}\n\n{usage}")));
                    };
                    let value = match extra.value {
                        "FILE" | "FILE..." => "a file",
                        other => other,
                    };
                    let need = format!("{} needs {value}", extra.name);
                    values.push(named(&need, arguments.next(), &usage)?.into());
                    let is_more = |next: &OsString| {
                        extra.value.ends_with("...") && !next.to_string_lossy().starts_with("--")
                    };
                    while let Some(next) = arguments.next_if(is_more) {
                        values.push(next);
                    }
                }
            }
        }
        Ok(Some((Self::at(directory, format)?, values)))
    }

    /// In a directory, which is made if it is not there, with figures in one of [`FORMATS`].
    pub(crate) fn at(directory: PathBuf, format: String) -> Result<Self, Failure> {
        std::fs::create_dir_all(&directory).map_err(|error| unwritable(&directory, error))?;
        Ok(Self { directory, format })
    }

    /// Where a file of this name goes.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Writes a table.
    pub(crate) fn csv(&self, name: &str, rows: &str) -> Result<(), Failure> {
        let path = self.directory.join(name);
        std::fs::write(&path, rows).map_err(|error| unwritable(&path, error))?;
        println!("  wrote {}", path.display());
        Ok(())
    }

    /// Writes a figure, in the format asked for whatever the extension of `name`.
    pub(crate) fn figure(&self, name: &str, figure: &Figure) -> Result<(), Failure> {
        let path = self.directory.join(name).with_extension(&self.format);
        figure.save(&path)?;
        println!("  wrote {}", path.display());
        Ok(())
    }
}

/// What `--help` says.
fn usage(name: &str, question: &str, extras: &[Extra]) -> String {
    let [default, _] = FORMATS;
    let formats = FORMATS.join(" or ");
    let mut options = vec![
        (
            "--out DIR".to_owned(),
            "where the figures and the CSV go [default: target/figures]".to_owned(),
        ),
        (
            "--format FORMAT".to_owned(),
            format!("of the figures: {formats} [default: {default}]"),
        ),
    ];
    let written = |extra: &Extra| {
        (
            format!("{} {}", extra.name, extra.value),
            extra.meaning.clone(),
        )
    };
    options.extend(extras.iter().map(written));
    let short: String = options
        .iter()
        .map(|(option, _)| format!(" [{option}]"))
        .collect();
    options.push(("--help".to_owned(), "this text".to_owned()));
    let widest = options.iter().map(|(option, _)| option.len()).max();
    let width = widest.unwrap_or_default() + 3;
    let lines: Vec<String> = options
        .iter()
        .map(|(option, meaning)| format!("  {option:width$}{meaning}"))
        .collect();
    let lines = lines.join("\n");
    format!("{question}\n\nUsage: cargo run --release --example {name} --{short}\n\n{lines}")
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
