//! A figure: a title, panels in a grid, a caption; rendered in memory or saved as PNG.

use std::path::Path;

use super::canvas::Canvas;
use super::font::{self, Along, Place};
use super::layout::{Layout, Margins};
use super::rectangle::Rectangle;
use super::{Color, Image, Panel, style};
use crate::Error;

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
    columns: Option<usize>,
    panels: Vec<Panel>,
}

impl Figure {
    /// A figure of 1120 by 720 pixels without panels; an empty title takes no room.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            caption: String::new(),
            size: (1120, 720),
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

    /// Width and height of the image in pixels, each 64 to 4096.
    #[must_use]
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = (width, height);
        self
    }

    /// A further panel, to the right of the last or in the next row.
    #[must_use]
    pub fn panel(mut self, panel: Panel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Several panels.
    #[must_use]
    pub fn panels(mut self, panels: impl IntoIterator<Item = Panel>) -> Self {
        self.panels.extend(panels);
        self
    }

    /// So many panels in a row; without, up to three, and four as two by two.
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Draws the figure in memory.
    ///
    /// # Errors
    ///
    /// [`Error::Empty`], [`Error::Size`], [`Error::Range`], [`Error::Logarithm`]
    /// or [`Error::Grid`] if the figure cannot be drawn as it is.
    pub fn render(&self) -> Result<Image, Error> {
        let (width, height) = self.size;
        if !(64..=4096).contains(&width) || !(64..=4096).contains(&height) {
            return Err(self.too_small(f64::from(width), f64::from(height)));
        }
        let room =
            Rectangle::new(0.0, 0.0, f64::from(width), f64::from(height)).grown(-style::PADDING);
        let title = font::wrapped(&self.title, style::TITLE, true, room.width());
        let caption = font::wrapped(&self.caption, style::CAPTION, false, room.width());
        let title_height = title.len() as f64 * style::LEADING * style::TITLE;
        let caption_height = caption.len() as f64 * style::LEADING * style::CAPTION;
        let gap = |lines: &[String], gap: f64| if lines.is_empty() { 0.0 } else { gap };
        let body = Rectangle::new(
            room.left,
            room.top + title_height + gap(&title, 4.0),
            room.right,
            room.bottom - caption_height - gap(&caption, 10.0),
        );
        let layouts = self.layouts(body)?;
        Canvas::paint(self.size, |canvas| {
            for layout in &layouts {
                layout.draw(canvas);
            }
            let (left, right) = layouts
                .iter()
                .fold((f64::INFINITY, 0.0_f64), |ends, layout| {
                    let area = layout.frame.area;
                    (ends.0.min(area.left), ends.1.max(area.right))
                });
            for (line, text) in title.iter().enumerate() {
                let y = room.top + (line as f64 + 0.5) * style::LEADING * style::TITLE;
                let half = 0.5 * font::width_of(text, style::TITLE, true);
                // Over the panels, but never beyond the figure.
                let x = (0.5 * (left + right))
                    .min(room.right - half)
                    .max(room.left + half);
                canvas.text(text, (x, y), Place::new(style::TITLE, Along::Middle).bold());
            }
            for (line, text) in caption.iter().enumerate() {
                let down = (line as f64 + 0.5) * style::LEADING * style::CAPTION;
                let place = Place::new(style::CAPTION, Along::Start);
                let anchor = (room.left, room.bottom - caption_height + down);
                canvas.text(text, anchor, place.color(Color::rgb(0x55, 0x55, 0x55)));
            }
        })
    }

    /// Draws the figure and writes it as a PNG, with the directories that the path needs.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render), and [`Error::Write`] if the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.render()?.save(path)
    }

    fn shape(&self) -> (usize, usize) {
        let count = self.panels.len().max(1);
        let columns = self.columns.unwrap_or(match count {
            1..=3 => count,
            4 => 2,
            _ => 3,
        });
        let columns = columns.clamp(1, count);
        (columns, count.div_ceil(columns))
    }

    fn layouts(&self, body: Rectangle) -> Result<Vec<Layout<'_>>, Error> {
        let (columns, rows) = self.shape();
        let (gap_x, gap_y) = (26.0, 14.0);
        let width = (body.width() - gap_x * (columns - 1) as f64) / columns as f64;
        let height = (body.height() - gap_y * (rows - 1) as f64) / rows as f64;
        if width < 1.0 || height < 1.0 {
            return Err(self.too_small(width, height));
        }
        let cell = |index: usize| {
            let (column, row) = ((index % columns) as f64, (index / columns) as f64);
            let corner = (
                body.left + column * (width + gap_x),
                body.top + row * (height + gap_y),
            );
            Rectangle::sized(corner, width, height)
        };
        let mut layouts = Vec::with_capacity(self.panels.len());
        for (index, panel) in self.panels.iter().enumerate() {
            let layout = Layout::new(panel, cell(index))?;
            layouts.push(layout.ok_or_else(|| self.empty(format!("panel {}", index + 1)))?);
        }
        if layouts.is_empty() {
            return Err(self.empty("the whole of it".into()));
        }
        // The labels decide the room for the data, which decides the labels and the place of the
        // legend, which may again need room: three rounds settle it.
        for round in 0..3 {
            let margins: Vec<Margins> = layouts.iter().map(Layout::margins).collect();
            let mut tallest = vec![f64::INFINITY; rows];
            // The second pass gives the panels of equal aspect in a row one height.
            let cells = cells(body, gap_x, &margins, columns);
            for _ in 0..2 {
                for (index, layout) in layouts.iter_mut().enumerate() {
                    let (left, right) = cells.get(index % columns).copied().unwrap_or_default();
                    let even = cell(index);
                    let cell = Rectangle::new(left, even.top, right, even.bottom);
                    layout.place_in(cell);
                    let area = aligned(&margins, index, columns).inside(cell);
                    if area.width() < 40.0 || area.height() < 30.0 {
                        return Err(self.too_small(area.width(), area.height()));
                    }
                    if let Some(height) = tallest.get_mut(index / columns) {
                        layout.fit(area, *height);
                        *height = height.min(layout.frame.area.height());
                    }
                }
            }
            if round > 0 {
                layouts.iter_mut().for_each(Layout::place_legend);
            }
        }
        Ok(layouts)
    }

    fn empty(&self, part: String) -> Error {
        Error::Empty {
            title: self.title.clone(),
            part,
        }
    }

    fn too_small(&self, left: f64, top: f64) -> Error {
        Error::Size {
            width: self.size.0,
            height: self.size.1,
            left: left.max(0.0),
            top: top.max(0.0),
        }
    }
}

/// Left and right of each column, such that all frames are equally wide whatever stands beside them.
fn cells(body: Rectangle, gap: f64, margins: &[Margins], columns: usize) -> Vec<(f64, f64)> {
    let beside = |column| {
        let margins = aligned(margins, column, columns);
        margins.left + margins.right
    };
    let taken: f64 = (0..columns).map(beside).sum();
    let frame = (body.width() - gap * (columns - 1) as f64 - taken) / columns as f64;
    let mut left = body.left;
    let cell = |column| {
        let right = left + frame + beside(column);
        let cell = (left, right);
        left = right + gap;
        cell
    };
    (0..columns).map(cell).collect()
}

/// Panels of one column share left and right, those of one row top and bottom.
fn aligned(margins: &[Margins], index: usize, columns: usize) -> Margins {
    let over = |together: &dyn Fn(usize) -> bool| {
        margins
            .iter()
            .enumerate()
            .filter(|(other, _)| together(*other))
            .fold(Margins::default(), |all, (_, one)| all.joined(*one))
    };
    let column = over(&|other| other % columns == index % columns);
    let row = over(&|other| other / columns == index / columns);
    Margins {
        left: column.left,
        right: column.right,
        top: row.top,
        bottom: row.bottom,
    }
}
