//! A figure: a title, panels in a grid, a caption; drawn in memory or written as PNG or SVG.

use std::ops::RangeInclusive;
use std::path::Path;

use crate::bitmap::Bitmap;
use crate::error::Error;
use crate::file;
use crate::format::Format;
use crate::image::Image;
use crate::page::Page;
use crate::panel::Panel;
use crate::svg::Svg;

/// A figure: a title, one or more panels, and a caption that carries the parameters.
///
/// ```
/// use heavyball_plot::{Axis, Color, Figure, Panel};
///
/// let curve = (0..=100).map(|k| f64::from(k) / 10.0).map(|t| (t, (-0.3 * t).exp() * t.cos()));
/// let image = Figure::new("Damped oscillation")
///     .caption("m = 1, gamma = 0.6")
///     .panel(
///         Panel::new()
///             .x_axis(Axis::new("time t"))
///             .y_axis(Axis::new("x(t)"))
///             .line("", curve, Color::BLUE),
///     )
///     .render()?;
/// assert_eq!(image.width(), 1120);
/// # Ok::<(), heavyball_plot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Figure {
    title: String,
    caption: String,
    size: (u32, u32),
    scale: f64,
    columns: Option<usize>,
    panels: Vec<Panel>,
}

/// The sides of a figure and of an image, in pixels.
const SIDE: RangeInclusive<u32> = 64..=4096;
/// Pixels of an image for each of the figure.
const SCALE: RangeInclusive<f64> = 0.5..=8.0;

impl Figure {
    /// A figure of 1120 by 720 pixels without panels. An empty title takes no room.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            caption: String::new(),
            size: (1120, 720),
            scale: 1.0,
            columns: None,
            panels: Vec::new(),
        }
    }

    /// Text under the panels, wrapped to the width of the figure.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Width and height in pixels, each 64 to 4096.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// Adds a panel, to the right of the last one or in the next row.
    #[must_use]
    pub fn panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Adds several panels.
    #[must_use]
    pub fn panels(mut self, panels: impl IntoIterator<Item = Panel>) -> Self {
        self.panels.extend(panels);
        self
    }

    /// The number of panels per row. By default, four panels stand two by two, and otherwise up to three
    /// share a row.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }

    /// The resolution of a PNG: pixels of the image per pixel of the figure, from 0.5 to 8. The default
    /// is 1.
    ///
    /// The layout stays the same: a scale of 2 gives the same figure with twice as many pixels in each
    /// direction, for a large screen. Each side of the image must have 64 to 4096 pixels. An SVG has no
    /// resolution and ignores the scale.
    ///
    /// ```
    /// use heavyball_plot::{Color, Figure, Panel};
    ///
    /// let panel = Panel::new().line("", [(0.0, 0.0), (1.0, 1.0)], Color::BLUE);
    /// let image = Figure::new("").size(320, 240).scale(2.0).panel(panel).render()?;
    /// assert_eq!((image.width(), image.height()), (640, 480));
    /// # Ok::<(), heavyball_plot::Error>(())
    /// ```
    #[must_use]
    pub fn scale(mut self, scale: f64) -> Self {
        self.scale = scale;
        self
    }

    /// Draws the figure in memory, as pixels.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Size`], [`Error::Scale`], [`Error::Range`], [`Error::Logarithm`]
    /// or [`Error::Grid`] if the figure cannot be drawn.
    pub fn render(&self) -> Result<Image, Error> {
        let page = self.page()?;
        let pixels = |length: u32| (f64::from(length) * self.scale).round();
        let (width, height) = (pixels(self.size.0), pixels(self.size.1));
        let possible = f64::from(*SIDE.start())..=f64::from(*SIDE.end());
        if !SCALE.contains(&self.scale) || !possible.contains(&width) || !possible.contains(&height)
        {
            return Err(Error::Scale {
                scale: self.scale,
                width,
                height,
            });
        }
        let size = (width as u32, height as u32);
        Bitmap::paint(size, self.scale, |surface| page.draw(surface))
    }

    /// Draws the figure as an SVG, with the layout of [`render`](Self::render).
    ///
    /// Lines are strokes. A heat map is one image, so that no seams show between its cells. Text is
    /// drawn as outlines of the embedded font, so that it looks the same in every viewer. The same text
    /// lies over the outlines, invisible, to be selected, searched and read aloud.
    ///
    /// ```
    /// use heavyball_plot::{Color, Figure, Panel};
    ///
    /// let panel = Panel::new().line("", [(0.0, 0.0), (1.0, 1.0)], Color::BLUE);
    /// let svg = Figure::new("A line").panel(panel).to_svg()?;
    /// assert!(svg.starts_with("<svg") && svg.contains("A line</text>"));
    /// # Ok::<(), heavyball_plot::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`render`](Self::render) except [`Error::Scale`].
    pub fn to_svg(&self) -> Result<String, Error> {
        let page = self.page()?;
        Svg::document(self.size, |surface| page.draw(surface))
    }

    /// Writes the figure as PNG or SVG, and creates the directories that the path needs.
    ///
    /// The extension decides: `.png` as [`render`](Self::render), `.svg` as [`to_svg`](Self::to_svg),
    /// where the outlines of the letters are part of the file and no font is needed to show it.
    ///
    /// # Errors
    ///
    /// [`Error::Format`] for any other extension, [`Error::Write`] if the file cannot be written, and
    /// the errors of [`render`](Self::render).
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        match Format::of(path)? {
            Format::Png => self.render()?.save(path),
            Format::Svg => file::write(path, self.to_svg()?.as_bytes()),
        }
    }

    fn page(&self) -> Result<Page<'_>, Error> {
        let (width, height) = self.size;
        if !SIDE.contains(&width) || !SIDE.contains(&height) {
            return Err(Error::Size {
                width,
                height,
                left: f64::from(width),
                top: f64::from(height),
            });
        }
        let (title, caption) = (&self.title, &self.caption);
        Page::new(title, caption, self.size, &self.panels, self.columns)
    }
}
