//! The sizes that all figures share, in pixels of the final image; made for a slide.

/// Tick labels.
pub(super) const TICK: f64 = 15.0;
/// Axis labels.
pub(super) const LABEL: f64 = 17.0;
/// Legend and annotations.
pub(super) const LEGEND: f64 = 15.0;
/// The title of a panel.
pub(super) const PANEL_TITLE: f64 = 17.0;
/// The title of a figure.
pub(super) const TITLE: f64 = 20.0;
/// The caption of a figure.
pub(super) const CAPTION: f64 = 14.0;
/// From one line of text to the next, in sizes of the text.
pub(super) const LEADING: f64 = 1.4;
/// Blank around the figure.
pub(super) const PADDING: f64 = 16.0;
/// Length of a tick, and of one between the powers of ten.
pub(super) const TICK_LENGTH: f64 = 5.5;
/// Length of a tick between the powers of ten.
pub(super) const MINOR_LENGTH: f64 = 3.0;
