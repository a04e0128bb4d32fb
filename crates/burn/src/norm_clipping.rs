//! NormClipping: clipping by one norm of the gradients of all parameters.

use crate::Error;
use crate::norm::{norm_of, norm_of_norms};
use burn_core::module::{Module, ModuleVisitor, Param, ParamId};
use burn_core::tensor::{DType, Tensor};
use burn_optim::GradientsParams;
use heavyball::frameworks::{Bound, Clipping, Convention, Sgd};
use std::collections::HashSet;

/// Clipping by the norm of the gradients of a whole module, between burn's `backward` and its `step`.
///
/// Where |g| + ε > c, each gradient is multiplied by c/(|g| + ε), with |g|² the sum over all gradients of the module; ε is 10⁻⁶ in
/// PyTorch's and MLX's lines, and 0 in the others. burn's own clipping by norm,
/// `ModuleOptimizer::with_grad_clipping`, takes the norm of each parameter by itself and so changes the direction of the step.
/// It serves any optimiser of burn.
///
/// **Precision.** The squares are added in f64, whatever the type of the gradient, on devices that have f64. On others they are
/// added in f32, with the error of the device's sum. A gradient whose squares would overflow or vanish is divided by its largest
/// component first. In f64 the clipped gradients are those of heavyball's [`Sgd::run`], up to the order of the sum.
///
/// **Cost.** With the feature `flex` one pass over the gradients on burn's backend for processors, and another where they are
/// clipped; elsewhere a copy of each gradient in f64, one at a time. The norm is read from the device once for each parameter.
///
/// **When not.** For `MultiGradientsParams`, whose gradients are added up in the step. And where each parameter may have a norm of
/// its own, as Keras's `clipnorm`: that is burn's.
///
/// ```
/// use burn_core as burn;
/// use burn_core::module::{Module, Param};
/// use burn_core::tensor::{Device, Tensor};
/// use burn_optim::GradientsParams;
/// use heavyball_burn::NormClipping;
///
/// #[derive(Module, Debug)]
/// struct Model {
///     a: Param<Tensor<1>>,
///     b: Param<Tensor<1>>,
/// }
///
/// let device = Device::default().autodiff();
/// let parameter = |x: f32| Param::from_tensor(Tensor::<1>::from_floats([x], &device));
/// let model = Model { a: parameter(3.0), b: parameter(4.0) };
/// // The gradient of ½(a² + b²) is (3, 4), of norm 5.
/// let loss = (model.a.val().square() + model.b.val().square()).mul_scalar(0.5);
/// let mut gradients = GradientsParams::from_grads(loss.backward(), &model);
/// let norm = NormClipping::new(1.0)?.clip(&model, &mut gradients)?;
/// assert_eq!(norm, 5.0);
/// let b = gradients.get::<1>(model.b.id).map(|b| b.into_scalar::<f32>());
/// assert!(b.is_some_and(|b| (b - 0.8).abs() < 1e-6));
/// # Ok::<(), heavyball_burn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NormClipping {
    line: Sgd,
}

impl NormClipping {
    /// To the norm `bound`, c, as PyTorch's `clip_grad_norm_(parameters, bound)`, with ε = 10⁻⁶.
    ///
    /// # Errors
    /// [`Error::Heavyball`] unless c is positive and finite.
    pub fn new(bound: f64) -> Result<Self, Error> {
        let torch = Convention::PyTorch {
            dampening: 0.0,
            nesterov: false,
        };
        Self::of(&Sgd::new(torch, 1.0, 0.0)?.with_clipping(Clipping::norm(bound)?))
    }

    /// As this line clips, with its bound and its ε. The optimiser is that of the same line without its clipping.
    ///
    /// # Errors
    /// [`Error::NoNorm`] if the line does not clip by norm; [`Error::Heavyball`] for a line that has no step, as
    /// [`MomentumSgd::new`](crate::MomentumSgd::new).
    ///
    /// ```
    /// use heavyball::frameworks::{Clipping, Convention, Sgd};
    /// use heavyball_burn::{MomentumSgd, NormClipping};
    ///
    /// let line = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    /// let clipping = NormClipping::of(&line.with_clipping(Clipping::norm(1.0)?))?;
    /// let sgd = MomentumSgd::new(line)?;
    /// assert!(NormClipping::of(&line).is_err());
    /// # Ok::<(), heavyball_burn::Error>(())
    /// ```
    pub fn of(line: &Sgd) -> Result<Self, Error> {
        let by_norm = |clipping: &Clipping| clipping.is_by_norm();
        if !line.clipping().is_some_and(by_norm) {
            return Err(Error::NoNorm {
                line: line.to_string(),
            });
        }
        line.step(true, Some(1.0))?;
        Ok(Self { line: *line })
    }

    /// Clips the gradients of all parameters of `module`, and returns their norm before.
    ///
    /// A parameter without a gradient is left out, and a gradient without a parameter in `module` stays as it is. A parameter that
    /// is in the module twice counts once.
    ///
    /// # Errors
    /// [`Error::NonFinite`] for a gradient with NaN or infinity, with the name of its parameter; no gradient is changed then.
    pub fn clip<M: Module>(
        &self,
        module: &M,
        gradients: &mut GradientsParams,
    ) -> Result<f64, Error> {
        let norm = gradient_norm(module, gradients)?;
        if let Bound::Norm { norm, bound } = self.line.step(true, Some(norm))?.bound {
            module.visit(&mut Shortened {
                gradients,
                seen: HashSet::new(),
                norm,
                bound,
            });
        }
        Ok(norm)
    }
}

/// |g| over the gradients of all parameters of `module`, which [`NormClipping::clip`] returns too.
///
/// # Errors
/// [`Error::NonFinite`] for a gradient with NaN or infinity.
pub fn gradient_norm<M: Module>(module: &M, gradients: &GradientsParams) -> Result<f64, Error> {
    let mut norms = Norms {
        gradients,
        seen: HashSet::new(),
        path: Vec::new(),
        norms: Ok(Vec::new()),
    };
    module.visit(&mut norms);
    norms.norms.map(|norms| norm_of_norms(&norms))
}

/// The norm of each gradient, up to the first that is not finite.
struct Norms<'g> {
    gradients: &'g GradientsParams,
    seen: HashSet<ParamId>,
    path: Vec<String>,
    norms: Result<Vec<f64>, Error>,
}

impl ModuleVisitor for Norms<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let Ok(norms) = &mut self.norms else {
            return;
        };
        if !self.seen.insert(parameter.id) {
            return;
        }
        let Some(gradient) = self.gradients.get::<D>(parameter.id) else {
            return;
        };
        let norm = norm_of(gradient);
        if norm.is_finite() {
            norms.push(norm);
        } else {
            self.norms = Err(Error::NonFinite {
                parameter: self.path.join("."),
                norm,
            });
        }
    }

    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }
}

/// Each gradient divided by `norm` and multiplied by `bound`.
struct Shortened<'g> {
    gradients: &'g mut GradientsParams,
    seen: HashSet<ParamId>,
    norm: f64,
    bound: f64,
}

impl ModuleVisitor for Shortened<'_> {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        if !self.seen.insert(parameter.id) {
            return;
        }
        let Some(gradient) = self.gradients.remove::<D>(parameter.id) else {
            return;
        };
        let stored = gradient.dtype();
        let shortened = match stored {
            DType::F64 => gradient.div_scalar(self.norm).mul_scalar(self.bound),
            // The quotient in f64, since a norm may exceed what 16 or 32 bits hold where no component does.
            _ => gradient
                .cast(DType::F32)
                .mul_scalar(self.bound / self.norm)
                .cast(stored),
        };
        self.gradients.register(parameter.id, shortened);
    }
}
