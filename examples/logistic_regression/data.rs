//! The reader of the data: a first line `rows,features,class 0,class 1`, then a line for each row, the class last.

use std::io::Read;

/// Rows of features with their classes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Vec<f64>>,
    /// `true` for class 1.
    pub(crate) classes: Vec<bool>,
    /// The names of the classes 0 and 1.
    pub(crate) names: [String; 2],
}

/// Why a file cannot be read; lines are counted from 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Malformed {
    #[error(
        "the file is empty; its first line must be rows,features,name of class 0,name of class 1"
    )]
    Empty,
    #[error(
        "line 1: {text:?} is not a header; it must be rows (8 at least),features,name of class 0,name of class 1, such as 569,30,malignant,benign"
    )]
    Header { text: String },
    #[error(
        "line {line}: {found} fields where {expected} are needed, {features} features and the class"
    )]
    Fields {
        line: u64,
        expected: usize,
        found: usize,
        features: usize,
    },
    #[error("line {line}, field {field}: {text:?} is not a finite number")]
    Number {
        line: u64,
        field: usize,
        text: String,
    },
    #[error("line {line}: the class is {text:?}, it must be 0 or 1")]
    Class { line: u64, text: String },
    #[error(
        "line 1: the header announces {announced} rows, but {found} follow; correct the one or the other"
    )]
    Rows { announced: usize, found: usize },
    #[error("line {line}: {reason}")]
    Unreadable { line: u64, reason: String },
}

impl Table {
    /// Reads the whole table; an error names the line.
    pub(crate) fn read(source: impl Read) -> Result<Self, Malformed> {
        let mut lines = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(source);
        let mut record = csv::StringRecord::new();
        if !lines.read_record(&mut record).map_err(unreadable)? {
            return Err(Malformed::Empty);
        }
        let (announced, features, names) = header(&record)?;
        let (mut rows, mut classes) = (Vec::new(), Vec::new());
        while lines.read_record(&mut record).map_err(unreadable)? {
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != features + 1 {
                return Err(Malformed::Fields {
                    line,
                    expected: features + 1,
                    found: record.len(),
                    features,
                });
            }
            let numbers = record.iter().take(features).enumerate();
            let numbers = numbers.map(|(index, text)| number(line, index + 1, text));
            rows.push(numbers.collect::<Result<Vec<f64>, _>>()?);
            classes.push(match record.get(features) {
                Some("0") => false,
                Some("1") => true,
                other => {
                    let text = other.unwrap_or_default().to_owned();
                    return Err(Malformed::Class { line, text });
                }
            });
        }
        if rows.len() != announced {
            let found = rows.len();
            return Err(Malformed::Rows { announced, found });
        }
        Ok(Self {
            rows,
            classes,
            names,
        })
    }
}

/// Rows, features and the names of the classes.
fn header(record: &csv::StringRecord) -> Result<(usize, usize, [String; 2]), Malformed> {
    let fields: Vec<&str> = record.iter().collect();
    let parsed =
        match fields.as_slice() {
            [rows, features, zero, one] => rows.parse().ok().zip(features.parse().ok()).map(
                |(rows, features): (usize, usize)| {
                    (rows, features, [zero, one].map(|name| name.to_string()))
                },
            ),
            _ => None,
        };
    parsed
        .filter(|(rows, features, _)| *rows >= 8 && (1..10_000).contains(features))
        .ok_or_else(|| Malformed::Header {
            text: fields.join(","),
        })
}

fn number(line: u64, field: usize, text: &str) -> Result<f64, Malformed> {
    let parsed = text.parse().ok().filter(|number: &f64| number.is_finite());
    parsed.ok_or_else(|| Malformed::Number {
        line,
        field,
        text: text.to_owned(),
    })
}

fn unreadable(error: csv::Error) -> Malformed {
    let line = error.position().map_or(1, csv::Position::line);
    let reason = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "the text is not UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Malformed::Unreadable { line, reason }
}
