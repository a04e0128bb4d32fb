//! The order conditions of Runge–Kutta and Nyström methods, one for each rooted tree, for the tests of the tables.
//!
//! A tree of order ρ stands for a derivative E·t^(ρ − 1) of the solution. Its root has some leaves, each a factor t, and
//! branches: trees, each integrated once for a Runge–Kutta method and twice for a Nyström method. At stage i of a method it
//! is Φᵢ = cᵢ^leaves Π Σⱼ aᵢⱼΦⱼ(branch).
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., sections II.2 and
//! II.14.

use num_rational::BigRational;
use num_traits::{FromPrimitive, Num};

pub(crate) struct Tree {
    pub(crate) order: usize,
    leaves: usize,
    /// The indices of the branches, not increasing.
    branches: Vec<usize>,
    /// 1/E, a whole number.
    density: u64,
}

/// All trees to an order, in increasing order.
pub(crate) struct Trees {
    pub(crate) list: Vec<Tree>,
    integrals: usize,
}

impl Trees {
    /// The trees to order `top` whose branches are integrated `integrals` times.
    pub(crate) fn new(top: usize, integrals: usize) -> Self {
        let mut trees = Self {
            list: Vec::new(),
            integrals,
        };
        for order in 1..=top {
            let (known, mut roots) = (trees.list.len(), Vec::new());
            trees.grow(order - 1, known, &[], &mut roots);
            for (leaves, branches) in roots {
                let parts = branches.iter().map(|branch| {
                    let tree: &Tree = &trees.list[*branch];
                    tree.density * trees.denominator(tree, integrals)
                });
                let density = parts.product();
                trees.list.push(Tree {
                    order,
                    leaves,
                    branches,
                    density,
                });
            }
        }
        trees
    }

    /// All roots with `branches` and more of the first `known` trees, where `rest` of the order is left.
    fn grow(
        &self,
        rest: usize,
        known: usize,
        branches: &[usize],
        roots: &mut Vec<(usize, Vec<usize>)>,
    ) {
        roots.push((rest, branches.to_vec()));
        for (index, tree) in self.list.iter().enumerate().take(known) {
            let taken = tree.order + self.integrals - 1;
            // Integrated once, the tree of order 1 is a leaf.
            if taken > 1 && taken <= rest {
                let more = [branches, &[index]].concat();
                self.grow(rest - taken, index + 1, &more, roots);
            }
        }
    }

    /// What `times` integrals divide t^(order − 1) by.
    fn denominator(&self, tree: &Tree, times: usize) -> u64 {
        (tree.order..tree.order + times).map(|n| n as u64).product()
    }

    /// The solution's value of the derivative of a tree after `times` integrals, at t = 1.
    pub(crate) fn exact<T: Num + FromPrimitive>(&self, tree: &Tree, times: usize) -> T {
        let below = tree.density * self.denominator(tree, times);
        T::one() / T::from_u64(below).unwrap()
    }

    /// Φ of each tree at each stage.
    pub(crate) fn at_stages<T: Num + Clone>(&self, nodes: &[T], rows: &[Vec<T>]) -> Vec<Vec<T>> {
        let mut values: Vec<Vec<T>> = Vec::new();
        for tree in &self.list {
            let at = |stage: usize| {
                let leaves = num_traits::pow(nodes[stage].clone(), tree.leaves);
                let branches = tree
                    .branches
                    .iter()
                    .map(|branch| sum(&rows[stage], &values[*branch]));
                branches.fold(leaves, |product, branch| product * branch)
            };
            let stages = (0..nodes.len()).map(at).collect();
            values.push(stages);
        }
        values
    }
}

/// Σ weight·value.
pub(crate) fn sum<T: Num + Clone>(weights: &[T], values: &[T]) -> T {
    let terms = weights
        .iter()
        .zip(values)
        .filter(|(weight, _)| !weight.is_zero());
    terms.fold(T::zero(), |sum, (weight, value)| {
        sum + weight.clone() * value.clone()
    })
}

/// The fractions of a row of text such as "1/800 0 -9/100".
pub(crate) fn fractions(text: &str) -> Vec<BigRational> {
    text.split_whitespace()
        .map(|fraction| fraction.parse().unwrap())
        .collect()
}

/// The floating-point numbers of such a row: numerator divided by denominator, as the tables are written.
pub(crate) fn quotients(text: &str) -> Vec<f64> {
    let quotient = |fraction: &str| {
        let (above, below) = fraction.split_once('/').unwrap_or((fraction, "1"));
        above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap()
    };
    text.split_whitespace().map(quotient).collect()
}

/// The numbers of trees are those of the books: 1, 1, 2, 4, 9, 20, 48, 115 rooted trees; and for y″ = a(t, y) in one
/// dimension of time, partitions by the same recursion written as a product of power series.
#[test]
fn trees_are_counted() {
    let count = |trees: &Trees, order| trees.list.iter().filter(|tree| tree.order == order).count();
    let trees = Trees::new(8, 1);
    let counts: Vec<_> = (1..=8).map(|order| count(&trees, order)).collect();
    assert_eq!(counts, [1, 1, 2, 4, 9, 20, 48, 115]);
    // Σ trees(ρ)t^ρ = t/(1 − t) Π (1 − t^(ρ + 1))^(−trees(ρ)).
    let trees = Trees::new(12, 2);
    let mut series = [1_usize; 12];
    for order in 1..=11 {
        assert_eq!(count(&trees, order), series[order - 1], "{order}");
        for _ in 0..count(&trees, order) {
            for power in order + 1..12 {
                series[power] += series[power - order - 1];
            }
        }
    }
}
