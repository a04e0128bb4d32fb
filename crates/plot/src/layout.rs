//! The layout of a panel: the room its labels need, and its place in the figure.

use super::colorbar::Colorbar;
use super::font;
use super::frame::Frame;
use super::legend::Entries;
use super::rectangle::{Pixel, Rectangle};
use super::scale::Span;
use super::ticks::Ticks;
use super::{Legend, Panel, style};
use crate::Error;

/// Room around the frame of a panel, in pixels.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Margins {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Margins {
    /// The larger of both on each side.
    pub(super) fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// What they leave of a rectangle.
    pub(super) fn inside(&self, area: Rectangle) -> Rectangle {
        Rectangle::new(
            area.left + self.left,
            area.top + self.top,
            area.right - self.right,
            area.bottom - self.bottom,
        )
    }
}

#[derive(Debug)]
pub(super) struct Layout<'panel> {
    pub(super) panel: &'panel Panel,
    pub(super) entries: Entries,
    pub(super) colorbar: Option<Colorbar>,
    cell: Rectangle,
    pub(super) frame: Frame,
    /// The legend's place inside the frame, once known.
    pub(super) legend: Option<Rectangle>,
    beside: bool,
}

const LEGEND_GAP: f64 = 16.0;

impl<'panel> Layout<'panel> {
    /// Laid out in `cell`, with margins guessed; `None` if there is nothing to show.
    pub(super) fn new(panel: &'panel Panel, cell: Rectangle) -> Result<Option<Self>, Error> {
        let [Some(x), Some(y)] = panel.spans()? else {
            return Ok(None);
        };
        let hidden = panel.legend == Legend::Hidden;
        let entries = panel.drawn().flat_map(|layer| layer.entries());
        let entries = Entries::new(entries.filter(|_| !hidden));
        let automatic = panel.legend == Legend::Automatic && panel.has_grid();
        Ok(Some(Self {
            panel,
            beside: !entries.is_empty() && (automatic || panel.legend == Legend::Outside),
            entries,
            colorbar: panel.drawn().find_map(|layer| layer.colorbar()),
            cell,
            frame: Frame::new(cell.grown(-0.12 * cell.width().min(cell.height())), x, y),
            legend: None,
        }))
    }

    /// Moves to another part of the figure.
    pub(super) fn place_in(&mut self, cell: Rectangle) {
        self.cell = cell;
    }

    fn spans(&self) -> (Span, Span) {
        (self.frame.x.span, self.frame.y.span)
    }

    /// Ticks whose labels fit side by side.
    pub(super) fn x_ticks(&self) -> Ticks {
        let room = self.frame.area.width();
        let mut most = ((room / 60.0) as usize).clamp(2, 11);
        loop {
            let ticks = Ticks::new(self.frame.x.span, most);
            let needed: f64 = ticks
                .major
                .iter()
                .map(|(_, label)| label_width(label) + 16.0)
                .sum();
            if needed <= room || most <= 2 {
                return ticks;
            }
            most -= 1;
        }
    }

    pub(super) fn y_ticks(&self) -> Ticks {
        let most = (self.frame.area.height() / 48.0) as usize;
        Ticks::new(self.frame.y.span, most.clamp(2, 10))
    }

    /// The title in lines that stay in the panel's cell when centred over the frame.
    pub(super) fn title(&self) -> Vec<String> {
        let center = self.frame.area.center().0;
        let half = (center - self.cell.left).min(self.cell.right - center);
        font::wrapped(&self.panel.title, style::PANEL_TITLE, false, 2.0 * half)
    }

    /// From the frame to the outer side of the tick labels on the left.
    pub(super) fn y_labels(&self) -> f64 {
        let widths = self.y_ticks().major;
        let widest = widths.iter().map(|(_, label)| label_width(label));
        style::TICK_LENGTH + 5.0 + widest.fold(0.0, f64::max)
    }

    pub(super) fn margins(&self) -> Margins {
        let axis_label = |label: &str, gap: f64| {
            if label.is_empty() {
                0.0
            } else {
                1.2 * style::LABEL + gap
            }
        };
        let lines = self.title().len() as f64;
        let bar = self.bar_room();
        let legend = if self.beside {
            LEGEND_GAP + self.entries.size().0
        } else {
            0.0
        };
        // The last label on the x axis is centred on its tick and reaches over the frame.
        let over = self.x_ticks().major.last().map_or(0.0, |(value, label)| {
            let right = self.frame.area.right;
            let tick = self.frame.x.place(*value).unwrap_or(right);
            0.5 * label_width(label) - (right - tick)
        });
        Margins {
            left: self.y_labels() + axis_label(&self.panel.y.label, 8.0),
            top: if lines > 0.0 {
                lines * style::LEADING * style::PANEL_TITLE + 8.0
            } else {
                8.0
            },
            right: (bar + legend).max(over).max(6.0),
            bottom: style::TICK_LENGTH
                + 5.0
                + 1.1 * style::TICK
                + axis_label(&self.panel.x.label, 4.0),
        }
    }

    fn bar_room(&self) -> f64 {
        let height = self.frame.area.height();
        self.colorbar.as_ref().map_or(0.0, |bar| bar.room(height))
    }

    /// Puts the frame into `area`, smaller if the aspect has to be equal, and then at most `tallest`.
    pub(super) fn fit(&mut self, area: Rectangle, tallest: f64) {
        let (x, y) = self.spans();
        let area = if self.panel.equal {
            let height = area.height().min(tallest);
            let unit = (area.width() / x.length()).min(height / y.length());
            let (width, height) = (unit * x.length(), unit * y.length());
            let (center, middle) = area.center();
            Rectangle::sized((center - 0.5 * width, middle - 0.5 * height), width, height)
        } else {
            area
        };
        self.frame = Frame::new(area.crisp(), x, y);
    }

    /// Pixels that a legend or an annotation should not hide.
    pub(super) fn covered(&self) -> Vec<Pixel> {
        self.panel
            .drawn()
            .flat_map(|layer| layer.covered(&self.frame))
            .collect()
    }

    /// Decides where the legend goes, for the frame as it is.
    pub(super) fn place_legend(&mut self) {
        if self.entries.is_empty() || self.beside {
            return;
        }
        self.legend = if self.panel.legend == Legend::Automatic {
            self.entries.free_place(self.frame.area, &self.covered())
        } else {
            self.entries.corner(self.panel.legend, self.frame.area)
        };
        self.beside = self.legend.is_none();
    }

    /// Where the legend finally is, and whether it lies over the data.
    pub(super) fn legend_area(&self) -> Option<(Rectangle, bool)> {
        if self.entries.is_empty() {
            return None;
        }
        if !self.beside {
            return self.legend.map(|area| (area, true));
        }
        let left = self.frame.area.right + self.bar_room() + LEGEND_GAP;
        let (width, height) = self.entries.size();
        let corner = (left, self.frame.area.top - 6.0);
        Some((Rectangle::sized(corner, width, height), false))
    }
}

fn label_width(label: &str) -> f64 {
    font::width_of(label, style::TICK, false)
}
