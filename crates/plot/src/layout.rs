//! The layout of a panel: the room its labels need, and its place in the figure.

use crate::colorbar::Colorbar;
use crate::error::Error;
use crate::font;
use crate::frame::Frame;
use crate::legend::{Entries, Legend};
use crate::panel::Panel;
use crate::rectangle::{Pixel, Rectangle};
use crate::scale::Span;
use crate::style;
use crate::ticks::{Tick, Ticks};

/// Room around the frame of a panel, in pixels.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Margins {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Margins {
    /// The larger of both on each side.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// What they leave of a rectangle.
    pub(crate) fn inside(&self, area: Rectangle) -> Rectangle {
        Rectangle::new(
            area.left + self.left,
            area.top + self.top,
            area.right - self.right,
            area.bottom - self.bottom,
        )
    }
}

#[derive(Debug)]
pub(crate) struct Layout<'panel> {
    pub(crate) panel: &'panel Panel,
    pub(crate) entries: Entries,
    pub(crate) colorbar: Option<Colorbar>,
    cell: Rectangle,
    pub(crate) frame: Frame,
    /// The legend's place inside the frame, once known.
    pub(crate) legend: Option<Rectangle>,
    beside: bool,
}

const LEGEND_GAP: f64 = 16.0;

impl<'panel> Layout<'panel> {
    /// Laid out in `cell`, with margins guessed; `None` if there is nothing to show.
    pub(crate) fn new(panel: &'panel Panel, cell: Rectangle) -> Result<Option<Self>, Error> {
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
    pub(crate) fn place_in(&mut self, cell: Rectangle) {
        self.cell = cell;
    }

    fn spans(&self) -> (Span, Span) {
        (self.frame.x.span, self.frame.y.span)
    }

    /// Ticks whose labels fit side by side.
    pub(crate) fn x_ticks(&self) -> Ticks {
        let room = self.frame.area.width();
        let mut most = ((room / 60.0) as usize).clamp(2, 11);
        loop {
            let ticks = Ticks::new(self.frame.x.span, most);
            let needed: f64 = ticks
                .major
                .iter()
                .map(|tick| label_width(&tick.label) + 16.0)
                .sum();
            if needed <= room || most <= 2 {
                return ticks;
            }
            most -= 1;
        }
    }

    pub(crate) fn y_ticks(&self) -> Ticks {
        let most = (self.frame.area.height() / 48.0) as usize;
        Ticks::new(self.frame.y.span, most.clamp(2, 10))
    }

    /// The title in lines that stay in the panel's cell when centred over the frame.
    pub(crate) fn title(&self) -> Vec<String> {
        let center = self.frame.area.center().0;
        let half = (center - self.cell.left).min(self.cell.right - center);
        font::wrapped(&self.panel.title, style::PANEL_TITLE, false, 2.0 * half)
    }

    /// From the frame to the outer side of the tick labels on the left.
    pub(crate) fn y_labels(&self) -> f64 {
        let ticks = self.y_ticks().major;
        let widest = ticks.iter().map(|tick| label_width(&tick.label));
        style::TICK_LENGTH + 5.0 + widest.fold(0.0, f64::max)
    }

    pub(crate) fn margins(&self) -> Margins {
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
        let x_ticks = self.x_ticks();
        // A label on the x axis is centred on its tick and may reach over the frame.
        let over = |tick: &Tick| {
            let right = self.frame.area.right;
            0.5 * label_width(&tick.label) - (right - self.frame.x.at(tick.share))
        };
        let over = x_ticks.major.iter().map(over).fold(0.0, f64::max);
        Margins {
            left: self.y_labels() + axis_label(&self.panel.y.label, 8.0),
            top: lines * style::LEADING * style::PANEL_TITLE + 8.0 + self.row_above(),
            right: (bar + legend).max(over).max(6.0),
            bottom: style::TICK_LENGTH
                + 5.0
                + 1.1 * style::TICK
                + offset_row(&x_ticks)
                + axis_label(&self.panel.x.label, 4.0),
        }
    }

    /// Room over the frame for the offsets of the y axis and of the colour bar.
    pub(crate) fn row_above(&self) -> f64 {
        let height = self.frame.area.height();
        let bar = self.colorbar.as_ref().map(|bar| bar.ticks(height));
        offset_row(&self.y_ticks()).max(bar.map_or(0.0, |ticks| offset_row(&ticks)))
    }

    fn bar_room(&self) -> f64 {
        let height = self.frame.area.height();
        self.colorbar.as_ref().map_or(0.0, |bar| bar.room(height))
    }

    /// Puts the frame into `area`, smaller if the aspect has to be equal, and then at most `tallest`.
    pub(crate) fn fit(&mut self, area: Rectangle, tallest: f64) {
        let (x, y) = self.spans();
        let area = if self.panel.equal {
            let height = area.height().min(tallest);
            let unit = (area.width() / x.length()).min(height / y.length());
            let (width, height) = if unit.is_normal() {
                (unit * x.length(), unit * y.length())
            } else {
                // Ranges near the limits of f64: no unit is a number, the ratio of the halves is.
                let half = |span: Span| match span.logarithmic {
                    true => 0.5 * span.length(),
                    false => 0.5 * span.high - 0.5 * span.low,
                };
                let ratio = half(y) / half(x);
                (
                    area.width().min(height / ratio),
                    height.min(area.width() * ratio),
                )
            };
            let (center, middle) = area.center();
            Rectangle::sized((center - 0.5 * width, middle - 0.5 * height), width, height)
        } else {
            area
        };
        self.frame = Frame::new(area.crisp(), x, y);
    }

    /// Pixels that a legend or an annotation should not hide.
    pub(crate) fn covered(&self) -> Vec<Pixel> {
        self.panel
            .drawn()
            .flat_map(|layer| layer.covered(&self.frame))
            .collect()
    }

    /// Decides where the legend goes, given the current frame.
    pub(crate) fn place_legend(&mut self) {
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
    pub(crate) fn legend_area(&self) -> Option<(Rectangle, bool)> {
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

/// Room for the offset of these ticks.
pub(crate) fn offset_row(ticks: &Ticks) -> f64 {
    if ticks.offset.is_empty() {
        0.0
    } else {
        style::OFFSET_ROW
    }
}

fn label_width(label: &str) -> f64 {
    font::width_of(label, style::TICK, false)
}
