//! The finished picture in memory.

use std::path::Path;

use png::{BitDepth, ColorType, DeflateCompression, Encoder, EncodingError, Filter};

use crate::color::Color;
use crate::error::Error;
use crate::file;

/// A picture in memory, eight bits for each of red, green and blue.
///
/// ```
/// use heavyball_plot::{Color, Figure, Line, Panel};
///
/// let panel = Panel::new().layer(Line::new("", [(0.0, 0.0), (1.0, 1.0)]));
/// let image = Figure::new("").size(320, 240).panel(panel).render()?;
/// assert_eq!((image.width(), image.height()), (320, 240));
/// assert_eq!(image.pixel(0, 0), Some(Color::WHITE));
/// assert_eq!(image.pixel(320, 0), None);
/// # Ok::<(), heavyball_plot::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    width: u32,
    height: u32,
    bytes: Vec<u8>,
}

impl Image {
    /// From red, green and blue of each pixel, row by row from the top left.
    pub(crate) fn of((width, height): (u32, u32), bytes: Vec<u8>) -> Self {
        Self {
            width,
            height,
            bytes,
        }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Red, green and blue of each pixel, row by row from the top left.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The colour of one pixel, counted from the top left; `None` outside.
    #[must_use]
    pub fn pixel(&self, column: u32, row: u32) -> Option<Color> {
        if column >= self.width || row >= self.height {
            return None;
        }
        let index = row as usize * self.width as usize + column as usize;
        let (pixels, _) = self.bytes.as_chunks();
        let &[red, green, blue] = pixels.get(index)?;
        Some(Color::rgb(red, green, blue))
    }

    /// The image as a PNG, or why it could not be encoded.
    pub(crate) fn png(&self) -> Result<Vec<u8>, String> {
        self.encoded().map_err(|cause| cause.to_string())
    }

    fn encoded(&self) -> Result<Vec<u8>, EncodingError> {
        let mut encoded = Vec::new();
        let mut encoder = Encoder::new(&mut encoded, self.width, self.height);
        encoder.set_color(ColorType::Rgb);
        encoder.set_depth(BitDepth::Eight);
        // Flat areas and thin lines pack best unfiltered, to a third of the default's size.
        encoder.set_deflate_compression(DeflateCompression::Level(9));
        encoder.set_filter(Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.bytes)?;
        writer.finish()?;
        Ok(encoded)
    }

    /// Writes a PNG, and creates the directories that the path needs.
    ///
    /// # Errors
    ///
    /// [`Error::Write`] if a directory or the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let png = self.png().map_err(|reason| Error::Write {
            path: path.display().to_string(),
            reason,
        })?;
        file::write(path, &png)
    }
}
