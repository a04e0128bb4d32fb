//! The finished picture in memory.

use std::path::Path;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{Rgb, RgbImage};

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
    pixels: RgbImage,
}

impl Image {
    pub(crate) fn of(pixels: RgbImage) -> Self {
        Self { pixels }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.pixels.width()
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.pixels.height()
    }

    /// Red, green and blue of each pixel, row by row from the top left.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.pixels.as_raw()
    }

    /// The colour of one pixel, counted from the top left; `None` outside.
    #[must_use]
    pub fn pixel(&self, column: u32, row: u32) -> Option<Color> {
        let Rgb([red, green, blue]) = *self.pixels.get_pixel_checked(column, row)?;
        Some(Color::rgb(red, green, blue))
    }

    /// The image as a PNG, or why it could not be encoded.
    pub(crate) fn png(&self) -> Result<Vec<u8>, String> {
        // Flat areas and thin lines pack best unfiltered, to a third of the default's size.
        let mut encoded = Vec::new();
        let (best, unfiltered) = (CompressionType::Best, FilterType::NoFilter);
        self.pixels
            .write_with_encoder(PngEncoder::new_with_quality(&mut encoded, best, unfiltered))
            .map_err(|cause| cause.to_string())?;
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
