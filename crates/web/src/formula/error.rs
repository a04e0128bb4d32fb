//! FormulaError: what is wrong with a formula, and at which character.

/// A mistake in a formula. The character is counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormulaError {
    /// Nothing was typed.
    #[error("the formula is empty; type one in x and y, such as x^2 + 3*y^2")]
    Empty,

    /// A character that belongs to no number, name or operator.
    #[error("character {character}: “{found}” is not part of a formula")]
    UnknownCharacter {
        /// Where.
        character: usize,
        /// The character.
        found: char,
    },

    /// A name that is no variable, constant or function.
    #[error(
        "character {character}: “{name}” is unknown; use x, y, pi, e, or one of sqrt exp ln sin cos tan asin acos atan sinh cosh tanh abs"
    )]
    UnknownName {
        /// Where the name begins.
        character: usize,
        /// The name, shortened.
        name: String,
    },

    /// Something else should stand here.
    #[error("character {character}: {expected} is missing here")]
    Missing {
        /// Where.
        character: usize,
        /// What should stand here.
        expected: &'static str,
    },

    /// A closing parenthesis without an opening one.
    #[error("character {character}: this parenthesis closes nothing")]
    NothingToClose {
        /// Where.
        character: usize,
    },

    /// A parenthesis that is not closed.
    #[error("character {character}: this parenthesis is not closed")]
    NotClosed {
        /// Where.
        character: usize,
    },

    /// More operations than the page can evaluate in time.
    #[error("character {character}: the formula takes more than {limit} operations; shorten it")]
    TooLong {
        /// Where the limit is reached.
        character: usize,
        /// The largest number of operations.
        limit: usize,
    },

    /// More numbers waiting for their operators than there is room for.
    #[error(
        "character {character}: more than {limit} nested operations; take parts out of the parentheses"
    )]
    TooDeep {
        /// Where the limit is reached.
        character: usize,
        /// The largest depth.
        limit: usize,
    },
}

impl FormulaError {
    /// The character it is about, from 1; 0 for the whole formula.
    pub fn character(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::UnknownCharacter { character, .. }
            | Self::UnknownName { character, .. }
            | Self::Missing { character, .. }
            | Self::NothingToClose { character }
            | Self::NotClosed { character }
            | Self::TooLong { character, .. }
            | Self::TooDeep { character, .. } => *character,
        }
    }
}
