//! Reference: losses and slopes of the networks that no framework computed.

use crate::{Digits, Error, Loss, Model, Network, Rule};

/// The largest difference of a framework's losses and gradients of a network from those recorded by NumPy, over the largest recorded one.
///
/// The parameters of piece p, number i, are 0.3 sin(i + 1 + 100p), the rows the first eight of the training set;
/// `data/record_reference.py` has the networks written out, and differences in the place of differentiation.
///
/// # Errors
/// The framework's, and [`Error::Data`] with the line of the recorded file that is not as it should be.
pub fn difference_from_reference<M: Model>(network: Network, loss: Loss) -> Result<f64, Error> {
    let lengths = network.shapes();
    let parameters: Vec<Vec<f32>> = lengths
        .iter()
        .enumerate()
        .map(|(piece, shape)| {
            let value = |i| (0.3 * ((i + 1 + 100 * piece) as f64).sin()) as f32;
            (0..shape.iter().product()).map(value).collect()
        })
        .collect();
    let model = M::new(network, &parameters, &Rule::sgd(0.1, 0.9, false)?)?;
    let rows: Vec<usize> = (0..8).collect();
    let rows = Digits::read()?.training.select(&rows);
    let (value, gradient) = model.gradient(&rows, loss)?;
    let name = match loss {
        Loss::CrossEntropy => "cross-entropy",
        Loss::HalfSquares => "half squares",
    };
    let (mut off, mut largest, mut compared) = (0.0_f64, 0.0_f64, 0);
    for (number, line) in include_str!("../data/reference.csv")
        .lines()
        .enumerate()
        .skip(1)
    {
        let wrong = || Error::Data { line: number + 1 };
        let fields: Vec<&str> = line.split(',').collect();
        let &[of, by, recorded, piece, place, slope] = fields.as_slice() else {
            return Err(wrong());
        };
        if of != network.name() || by != name {
            continue;
        }
        let float = |text: &str| text.parse::<f64>().map_err(|_| wrong());
        let whole = |text: &str| text.parse::<usize>().map_err(|_| wrong());
        let (recorded, slope) = (float(recorded)?, float(slope)?);
        let (piece, place) = (whole(piece)?, whole(place)?);
        let ours = gradient.get(piece).and_then(|piece| piece.get(place));
        let ours = f64::from(*ours.ok_or_else(wrong)?);
        off = off
            .max((value - recorded).abs() / recorded)
            .max((ours - slope).abs());
        largest = largest.max(slope.abs());
        compared += 1;
    }
    if compared == 0 {
        return Err(Error::Data { line: 1 });
    }
    Ok(off / largest.min(1.0))
}
