//! Barrier: the lowest way out of the well of a start, which is what a temperature has to be compared with.
//!
//! The values on a grid are flooded from the bottom of the well, the lowest cell on the shore first, until the water stands at
//! another minimum. The highest cell on the way is at the pass; the saddle next to it gives its height.

use crate::critical::Critical;
use crate::landscape::Landscape;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Cells along an axis, and for a function that takes long.
const CELLS: usize = 96;
const FEW_CELLS: usize = 40;
const LONG: f64 = 100.0;

/// The lowest way out of a well.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Barrier {
    /// The minimum of the well.
    pub bottom: [f64; 2],
    /// The saddle, or in one dimension the maximum, over which the way leads.
    pub top: [f64; 2],
    /// f at the top less f at the bottom.
    pub height: f64,
}

/// A cell of the shore, ordered by its value.
#[derive(PartialEq)]
struct Shore(f64, usize);

impl Eq for Shore {}

impl PartialOrd for Shore {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Shore {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(self.1.cmp(&other.1))
    }
}

/// f at the centres of the cells of a box.
struct Grid {
    values: Vec<f64>,
    low: [f64; 2],
    cell: [f64; 2],
    columns: usize,
    rows: usize,
}

impl Grid {
    fn new(landscape: &Landscape, low: [f64; 2], high: [f64; 2]) -> Self {
        let side = if landscape.work() > LONG {
            FEW_CELLS
        } else {
            CELLS
        };
        let is_line = landscape.dimension() == 1;
        let (columns, rows) = if is_line {
            (side * 10, 1)
        } else {
            (side, side)
        };
        let cell = [
            (high[0] - low[0]) / columns as f64,
            (high[1] - low[1]) / rows as f64,
        ];
        let mut grid = Self {
            values: Vec::new(),
            low,
            cell,
            columns,
            rows,
        };
        let used = landscape.dimension();
        let points: Vec<f64> = (0..columns * rows)
            .flat_map(|index| grid.centre(index).into_iter().take(used))
            .collect();
        grid.values = landscape.values(&points);
        grid
    }

    fn centre(&self, index: usize) -> [f64; 2] {
        let [column, row] = [index % self.columns, index / self.columns];
        [
            self.low[0] + self.cell[0] * (column as f64 + 0.5),
            self.low[1] + self.cell[1] * (row as f64 + 0.5),
        ]
    }

    /// The cell of a position, or the nearest of the border.
    fn at(&self, [x, y]: [f64; 2]) -> usize {
        let place = |value: f64, axis: usize, count: usize| {
            let place = (value - self.low[axis]) / self.cell[axis];
            place.clamp(0.0, (count - 1) as f64) as usize
        };
        place(y, 1, self.rows) * self.columns + place(x, 0, self.columns)
    }

    fn value(&self, index: usize) -> f64 {
        let value = self.values.get(index).copied().unwrap_or(f64::NAN);
        if value.is_nan() { f64::INFINITY } else { value }
    }

    fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let [column, row] = [index % self.columns, index / self.columns];
        let (columns, rows) = (self.columns, self.rows);
        (row.saturating_sub(1)..(row + 2).min(rows)).flat_map(move |row| {
            (column.saturating_sub(1)..(column + 2).min(columns))
                .map(move |column| row * columns + column)
        })
    }

    /// The cell at which a walk downhill from `index` ends.
    fn downhill(&self, mut index: usize) -> usize {
        loop {
            let lowest = self
                .neighbours(index)
                .min_by(|a, b| self.value(*a).total_cmp(&self.value(*b)));
            match lowest {
                Some(next) if self.value(next) < self.value(index) => index = next,
                _ => return index,
            }
        }
    }

    /// The highest cell on the lowest way from `bottom` to one of `others`; none if they cannot be reached.
    fn pass(&self, bottom: usize, others: &[usize]) -> Option<usize> {
        let mut seen = vec![false; self.values.len()];
        let mut shore = BinaryHeap::from([Reverse(Shore(self.value(bottom), bottom))]);
        let mut highest = bottom;
        while let Some(Reverse(Shore(value, index))) = shore.pop() {
            if value == f64::INFINITY {
                return None;
            }
            if value > self.value(highest) {
                highest = index;
            }
            if others.contains(&index) {
                return Some(highest);
            }
            for next in self.neighbours(index) {
                if let Some(seen) = seen.get_mut(next)
                    && !std::mem::replace(seen, true)
                {
                    shore.push(Reverse(Shore(self.value(next), next)));
                }
            }
        }
        None
    }
}

/// The lowest way from the well in which `start` lies to another one within a box; `None` if there is no other.
pub fn barrier(
    landscape: &Landscape,
    critical: &[Critical],
    [low, high]: [[f64; 2]; 2],
    start: [f64; 2],
) -> Option<Barrier> {
    let inside = |point: &&Critical| {
        (0..landscape.dimension())
            .all(|axis| (low[axis]..=high[axis]).contains(&point.position[axis]))
    };
    let minima: Vec<&Critical> = critical
        .iter()
        .filter(|point| point.is_minimum())
        .filter(inside)
        .collect();
    let tops = critical.iter().filter(|point| point.curvatures[0] < -1e-9);
    let grid = Grid::new(landscape, low, high);
    let nearest = |at: [f64; 2], among: &mut dyn Iterator<Item = &Critical>| {
        let distance = |point: &&Critical| {
            let [x, y] = point.position;
            (x - at[0]).hypot(if grid.rows == 1 { 0.0 } else { y - at[1] })
        };
        among
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
            .copied()
    };
    let foot = grid.centre(grid.downhill(grid.at(start)));
    let bottom = nearest(foot, &mut minima.iter().copied())?;
    let others: Vec<usize> = minima
        .iter()
        .filter(|other| other.position != bottom.position)
        .map(|other| grid.at(other.position))
        .collect();
    if others.is_empty() {
        return None;
    }
    let pass = grid.pass(grid.at(bottom.position), &others)?;
    let top = nearest(grid.centre(pass), &mut tops.into_iter())?;
    Some(Barrier {
        bottom: bottom.position,
        top: top.position,
        height: top.value - bottom.value,
    })
}
