//! The format of a file with a figure.

use std::path::Path;

use crate::error::Error;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Svg,
}

impl Format {
    /// The format that the extension of a path names, in upper or lower case.
    pub(crate) fn of(path: &Path) -> Result<Self, Error> {
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        match extension.to_ascii_lowercase().as_str() {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            _ => Err(Error::Format {
                path: path.display().to_string(),
                extension: extension.into_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_decides_whatever_its_case() {
        assert_eq!(Format::of(Path::new("a/figure.png")), Ok(Format::Png));
        assert_eq!(Format::of(Path::new("figure.v2.SvG")), Ok(Format::Svg));
        for path in ["figure", "figure.jpg", "png", ".svg", "figure.png/", ""] {
            let format = Format::of(Path::new(path));
            let named = matches!(&format, Err(Error::Format { path: named, .. }) if named == path);
            assert!(named || path.ends_with('/'), "{path} {format:?}");
        }
    }
}
