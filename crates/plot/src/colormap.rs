//! Colour maps: from a number between 0 and 1 to a colour.

use crate::color::Color;

/// A perceptually uniform colour map.
///
/// ```
/// use heavyball_plot::{Color, Colormap};
///
/// assert_eq!(Colormap::Viridis.color(0.0), Color::rgb(0x44, 0x01, 0x54));
/// assert_eq!(Colormap::Viridis.color(7.0), Colormap::Viridis.color(1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colormap {
    /// Dark purple over green to yellow.
    Viridis,
    /// Black over purple and orange to pale yellow.
    Magma,
    /// Black over red to pale yellow.
    Inferno,
    /// Dark blue to yellow, made for readers who cannot tell red from green.
    Cividis,
    /// Blue over white to red, for values around zero.
    BlueRed,
}

impl Colormap {
    /// The colour at `position`. Positions outside 0 to 1 take the colour of the nearer end.
    #[must_use]
    pub fn color(self, position: f64) -> Color {
        let stops = self.stops();
        let last = stops.len() - 1;
        let place = if position.is_finite() {
            position.clamp(0.0, 1.0) * last as f64
        } else {
            0.0
        };
        let below = (place.floor() as usize).min(last);
        let at = |index: usize| {
            let code = stops.get(index.min(last)).copied().unwrap_or_default();
            Color::rgb((code >> 16) as u8, (code >> 8) as u8, code as u8)
        };
        at(below).towards(at(below + 1), place - below as f64)
    }

    /// Equally spaced colours as 0xRRGGBB; between them a straight line is close enough.
    fn stops(self) -> &'static [u32] {
        match self {
            Self::Viridis => &[
                0x0044_0154,
                0x0047_2D7B,
                0x003B_528B,
                0x002C_728E,
                0x0021_918C,
                0x0028_AE80,
                0x005E_C962,
                0x00AD_DC30,
                0x00FD_E725,
            ],
            Self::Magma => &[
                0x0000_0004,
                0x001D_1147,
                0x0051_127C,
                0x0083_2681,
                0x00B7_3779,
                0x00E7_5263,
                0x00FC_8961,
                0x00FE_C488,
                0x00FC_FDBF,
            ],
            Self::Inferno => &[
                0x0000_0004,
                0x001F_0C48,
                0x0055_0F6D,
                0x0088_226A,
                0x00BA_3655,
                0x00E3_5933,
                0x00F9_8E09,
                0x00F9_C932,
                0x00FC_FFA4,
            ],
            Self::Cividis => &[
                0x0000_224E,
                0x0012_3570,
                0x003B_496C,
                0x0057_5D6D,
                0x0070_7173,
                0x008A_8678,
                0x00A5_9C74,
                0x00C3_B369,
                0x00E1_CC55,
                0x00FE_E838,
            ],
            Self::BlueRed => &[
                0x0021_66AC,
                0x0043_93C3,
                0x0092_C5DE,
                0x00D1_E5F0,
                0x00F7_F7F7,
                0x00FD_DBC7,
                0x00F4_A582,
                0x00D6_604D,
                0x00B2_182B,
            ],
        }
    }
}
