//! A grid: the panels of a figure in rows and columns, with their frames aligned.

use crate::error::Error;
use crate::layout::{Layout, Margins};
use crate::panel::Panel;
use crate::rectangle::Rectangle;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid<'figure> {
    pub(crate) panels: &'figure [Panel],
    /// The number of panels per row, if the user gave one.
    pub(crate) columns: Option<usize>,
    /// The part of the figure for the panels.
    pub(crate) body: Rectangle,
    /// The title of the figure, for errors.
    pub(crate) title: &'figure str,
    /// The size of the figure, for errors.
    pub(crate) size: (u32, u32),
}

/// Between columns and between rows, in pixels.
const GAP: (f64, f64) = (26.0, 14.0);

impl<'figure> Grid<'figure> {
    /// All panels laid out.
    pub(crate) fn layouts(&self) -> Result<Vec<Layout<'figure>>, Error> {
        let (columns, rows) = self.shape();
        let (body, (gap_x, gap_y)) = (self.body, GAP);
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
            return Err(self.empty("the figure".into()));
        }
        // The labels decide the room for the data. That room decides the labels and the place of the
        // legend, which may need room again. Three rounds settle it.
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

    fn empty(&self, part: String) -> Error {
        Error::Empty {
            title: self.title.to_owned(),
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

/// Left and right of each column. All frames are equally wide, whatever stands beside them.
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
