//! A page: a figure laid out, with its title, its panels and its caption.

use crate::canvas::Canvas;
use crate::color::Color;
use crate::error::Error;
use crate::font::{self, Along, Place};
use crate::grid::Grid;
use crate::layout::Layout;
use crate::panel::Panel;
use crate::rectangle::Rectangle;
use crate::style;
use crate::surface::Surface;

#[derive(Debug)]
pub(crate) struct Page<'figure> {
    whole: Rectangle,
    /// What the blank border leaves.
    room: Rectangle,
    title: Vec<String>,
    caption: Vec<String>,
    layouts: Vec<Layout<'figure>>,
}

impl<'figure> Page<'figure> {
    pub(crate) fn new(
        title: &'figure str,
        caption: &str,
        size: (u32, u32),
        panels: &'figure [Panel],
        columns: Option<usize>,
    ) -> Result<Self, Error> {
        let whole = Rectangle::new(0.0, 0.0, f64::from(size.0), f64::from(size.1));
        let room = whole.grown(-style::PADDING);
        let lines = font::wrapped(title, style::TITLE, true, room.width());
        let caption = font::wrapped(caption, style::CAPTION, false, room.width());
        let gap = |lines: &[String], gap: f64| if lines.is_empty() { 0.0 } else { gap };
        let body = Rectangle::new(
            room.left,
            room.top + height(&lines, style::TITLE) + gap(&lines, 4.0),
            room.right,
            room.bottom - height(&caption, style::CAPTION) - gap(&caption, 10.0),
        );
        let grid = Grid {
            panels,
            columns,
            body,
            title,
            size,
        };
        Ok(Self {
            whole,
            room,
            title: lines,
            caption,
            layouts: grid.layouts()?,
        })
    }

    pub(crate) fn draw(&self, surface: &mut dyn Surface) {
        let mut canvas = Canvas::new(surface, self.whole);
        for layout in &self.layouts {
            layout.draw(&mut canvas);
        }
        self.draw_title(&mut canvas);
        let top = self.room.bottom - height(&self.caption, style::CAPTION);
        for (line, text) in self.caption.iter().enumerate() {
            let down = (line as f64 + 0.5) * style::LEADING * style::CAPTION;
            let place = Place::new(style::CAPTION, Along::Start);
            let anchor = (self.room.left, top + down);
            canvas.text(text, anchor, place.color(Color::rgb(0x55, 0x55, 0x55)));
        }
    }

    /// Centred over the panels, but never beyond the figure.
    fn draw_title(&self, canvas: &mut Canvas<'_>) {
        let room = self.room;
        let areas = self.layouts.iter().map(|layout| layout.frame.area);
        let (left, right) = areas.fold((f64::INFINITY, 0.0_f64), |ends, area| {
            (ends.0.min(area.left), ends.1.max(area.right))
        });
        for (line, text) in self.title.iter().enumerate() {
            let y = room.top + (line as f64 + 0.5) * style::LEADING * style::TITLE;
            let half = 0.5 * font::width_of(text, style::TITLE, true);
            let x = (0.5 * (left + right))
                .min(room.right - half)
                .max(room.left + half);
            canvas.text(text, (x, y), Place::new(style::TITLE, Along::Middle).bold());
        }
    }
}

/// Height of lines of text of this size.
fn height(lines: &[String], size: f64) -> f64 {
    lines.len() as f64 * style::LEADING * size
}
