//! Colours: the Okabe-Ito palette, which readers with any colour vision can tell apart.

/// A colour as red, green and blue.
///
/// ```
/// use heavyball_plot::Color;
///
/// assert_eq!(Color::BLUE, Color::rgb(0x00, 0x72, 0xB2));
/// assert_eq!(Color::BLACK.lighter(1.0), Color::WHITE);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Color {
    /// Okabe-Ito blue.
    pub const BLUE: Self = Self::rgb(0x00, 0x72, 0xB2);
    /// Okabe-Ito vermillion, a red with orange in it.
    pub const VERMILLION: Self = Self::rgb(0xD5, 0x5E, 0x00);
    /// Okabe-Ito bluish green.
    pub const GREEN: Self = Self::rgb(0x00, 0x9E, 0x73);
    /// Okabe-Ito reddish purple.
    pub const PURPLE: Self = Self::rgb(0xCC, 0x79, 0xA7);
    /// Okabe-Ito orange.
    pub const ORANGE: Self = Self::rgb(0xE6, 0x9F, 0x00);
    /// Okabe-Ito sky blue.
    pub const SKY: Self = Self::rgb(0x56, 0xB4, 0xE9);
    /// Black.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// A middle grey, for references.
    pub const GREY: Self = Self::rgb(0x77, 0x77, 0x77);
    /// White, the background.
    pub const WHITE: Self = Self::rgb(0xFF, 0xFF, 0xFF);

    /// Text and axes: dark enough to read, softer than black.
    pub(crate) const TEXT: Self = Self::rgb(0x26, 0x26, 0x26);
    /// The grid behind the data.
    pub(crate) const GRID: Self = Self::rgb(0xE8, 0xE8, 0xE8);

    const SERIES: [Self; 7] = [
        Self::BLUE,
        Self::VERMILLION,
        Self::GREEN,
        Self::PURPLE,
        Self::ORANGE,
        Self::SKY,
        Self::BLACK,
    ];

    /// The colour of these three parts.
    #[must_use]
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// The colour of series number `index`: seven colours, then from the start again.
    ///
    /// ```
    /// use heavyball_plot::Color;
    ///
    /// assert_eq!(Color::series(0), Color::BLUE);
    /// assert_eq!(Color::series(7), Color::BLUE);
    /// ```
    #[must_use]
    pub fn series(index: usize) -> Self {
        Self::SERIES
            .get(index % Self::SERIES.len())
            .copied()
            .unwrap_or(Self::BLACK)
    }

    /// This colour moved towards white: 0 leaves it, 1 gives white.
    #[must_use]
    pub fn lighter(self, amount: f64) -> Self {
        self.towards(Self::WHITE, amount)
    }

    /// The mixture of two colours: 0 gives this one, 1 the other.
    ///
    /// ```
    /// use heavyball_plot::Color;
    ///
    /// assert_eq!(Color::BLACK.towards(Color::WHITE, 0.2), Color::rgb(51, 51, 51));
    /// ```
    #[must_use]
    pub fn towards(self, other: Self, amount: f64) -> Self {
        let amount = amount.clamp(0.0, 1.0);
        let mix = |from: u8, to: u8| {
            (f64::from(from) + (f64::from(to) - f64::from(from)) * amount).round() as u8
        };
        Self::rgb(
            mix(self.red, other.red),
            mix(self.green, other.green),
            mix(self.blue, other.blue),
        )
    }
}
