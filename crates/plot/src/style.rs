//! The sizes that all figures share, in pixels of the final image; made for a slide.

/// Tick labels.
pub(crate) const TICK: f64 = 15.0;
/// Axis labels.
pub(crate) const LABEL: f64 = 17.0;
/// Legend and annotations.
pub(crate) const LEGEND: f64 = 15.0;
/// The title of a panel.
pub(crate) const PANEL_TITLE: f64 = 17.0;
/// The title of a figure.
pub(crate) const TITLE: f64 = 20.0;
/// The caption of a figure.
pub(crate) const CAPTION: f64 = 14.0;
/// From one line of text to the next, in sizes of the text.
pub(crate) const LEADING: f64 = 1.4;
/// Blank around the figure.
pub(crate) const PADDING: f64 = 16.0;
/// Length of a labelled tick.
pub(crate) const TICK_LENGTH: f64 = 5.5;
/// Length of a tick between the powers of ten.
pub(crate) const MINOR_LENGTH: f64 = 3.0;
/// Room for the offset of an axis, which stands in a row of its own.
pub(crate) const OFFSET_ROW: f64 = 1.4 * TICK;
/// From the top of a frame up to the middle of the offset over it, clear of the highest label.
pub(crate) const OFFSET_RISE: f64 = TICK;
