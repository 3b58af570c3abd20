//! Types that contain themselves.

use std::collections::{HashMap, HashSet};

use super::Types;
use crate::document::Problem;
use crate::model::{Arm, Kind, Ty};

impl Types<'_> {
    /// A component that is another name for itself, with at most lists and maps between, has no type in Rust.
    pub(super) fn check_aliases(&self) -> Result<(), Problem> {
        for name in self.types.keys() {
            let mut waiting = vec![name];
            let mut seen = HashSet::new();
            while let Some(Kind::Alias(ty)) = waiting.pop().and_then(|at| self.kind(at)) {
                let Some(next) = innermost(ty) else {
                    continue;
                };
                if next == name {
                    let ty = Ty::Named(name.clone());
                    let place = self.placed.iter().find(|(_, placed)| **placed == ty);
                    return Err(Problem::new(
                        place
                            .map(|(pointer, _)| pointer.clone())
                            .unwrap_or_default(),
                        "a component that contains nothing but itself",
                        "put an object with properties, or a union, between",
                    ));
                }
                if seen.insert(next) {
                    waiting.push(next);
                }
            }
        }
        Ok(())
    }

    /// Types that contain themselves without a list or map between need a box.
    pub(super) fn box_cycles(&mut self) {
        let edges: HashMap<String, Vec<String>> = self
            .types
            .iter()
            .map(|(name, ty)| (name.clone(), held_by_value(&ty.kind)))
            .collect();
        let reaches = |from: &str, to: &str| {
            let mut seen = HashSet::new();
            let mut waiting = vec![from];
            while let Some(name) = waiting.pop() {
                if name == to {
                    return true;
                }
                if seen.insert(name) {
                    waiting.extend(edges.get(name).into_iter().flatten().map(String::as_str));
                }
            }
            false
        };
        for (name, ty) in &mut self.types {
            let held: Vec<&mut Ty> = match &mut ty.kind {
                Kind::Struct(properties) => properties.iter_mut().map(|p| &mut p.ty).collect(),
                Kind::Union(union) => union
                    .arms
                    .iter_mut()
                    .filter_map(|arm| match arm {
                        Arm::Typed { ty, .. } => Some(ty),
                        Arm::Unit { .. } => None,
                    })
                    .collect(),
                Kind::Enum(_) | Kind::Alias(_) => Vec::new(),
            };
            for ty in held {
                if let Ty::Named(target) = ty
                    && reaches(target, name)
                {
                    *ty = Ty::Boxed(Box::new(ty.clone()));
                }
            }
        }
    }
}

/// The named type that lists and maps lead to.
pub(super) fn innermost(ty: &Ty) -> Option<&String> {
    match ty.leaf() {
        Ty::Named(name) => Some(name),
        _ => None,
    }
}

/// The types that a value of this kind contains directly.
pub(super) fn held_by_value(kind: &Kind) -> Vec<String> {
    fn named(ty: &Ty) -> Option<String> {
        match ty {
            Ty::Named(name) => Some(name.clone()),
            Ty::Nullable(ty) => named(ty),
            _ => None,
        }
    }
    match kind {
        Kind::Struct(properties) => properties.iter().filter_map(|p| named(&p.ty)).collect(),
        Kind::Union(union) => union
            .arms
            .iter()
            .filter_map(|arm| match arm {
                Arm::Typed { ty, .. } => named(ty),
                Arm::Unit { .. } => None,
            })
            .collect(),
        Kind::Alias(ty) => named(ty).into_iter().collect(),
        Kind::Enum(_) => Vec::new(),
    }
}
