//! Types that contain themselves.

use std::collections::{BTreeMap, HashMap};

use super::schema::Types;
use crate::model::{Arm, Kind, Ty, Type};

impl Types<'_> {
    /// A component that is another name for itself, with at most lists and maps between, has no
    /// type in Rust: where the circle closes, any value may stand.
    pub fn break_circles(&mut self) {
        // By name, the number of the walk that met it first.
        let mut met: HashMap<String, usize> = HashMap::new();
        let names: Vec<String> = self.types.keys().cloned().collect();
        for (walk, name) in names.into_iter().enumerate() {
            let mut at = name;
            while !met.contains_key(&at) {
                let Some(Kind::Alias(ty)) = self.types.get_mut(&at).map(|ty| &mut ty.kind) else {
                    break;
                };
                let Ty::Named(next) = ty.leaf() else {
                    break;
                };
                let next = next.clone();
                met.insert(at.clone(), walk);
                if met.get(&next) == Some(&walk) {
                    *ty.leaf_mut() = Ty::Any;
                    self.warnings.push(format!(
                        "the component `{at}` contains nothing but itself, so that it may be any value"
                    ));
                }
                at = next;
            }
        }
    }
}

/// Types that contain themselves without a list or map between need a box.
pub fn box_cycles(types: &mut BTreeMap<String, Type>) {
    let index: HashMap<&str, usize> = types
        .keys()
        .enumerate()
        .map(|(index, name)| (name.as_str(), index))
        .collect();
    let held = |ty: &Type| {
        held_by_value(&ty.kind)
            .filter_map(|name| index.get(name).copied())
            .collect()
    };
    let edges: Vec<Vec<usize>> = types.values().map(held).collect();
    let circles = circles(&edges);
    let index: HashMap<String, usize> = index
        .into_iter()
        .map(|(name, index)| (name.to_owned(), index))
        .collect();
    for (own, ty) in types.values_mut().enumerate() {
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
                && index
                    .get(target)
                    .is_some_and(|target| circles[*target] == circles[own])
            {
                *ty = Ty::Boxed(Box::new(ty.clone()));
            }
        }
    }
}

/// For each node the number of the circle that it is in: nodes that lead to one another have the
/// same. After Tarjan, without recursion.
fn circles(edges: &[Vec<usize>]) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut circle = vec![NEW; edges.len()];
    let mut open = Vec::new();
    let mut count = 0;
    for start in 0..edges.len() {
        if order[start] != NEW {
            continue;
        }
        // A node, and the number of the edge that is next.
        let mut path = vec![(start, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                order[node] = count;
                low[node] = count;
                count += 1;
                open.push(node);
            } else {
                // The edge before led to a node that is finished.
                let before = edges[node][edge - 1];
                if circle[before] == NEW {
                    low[node] = low[node].min(low[before]);
                }
            }
            match edges[node].get(edge) {
                Some(&next) => {
                    path.push((node, edge + 1));
                    if order[next] == NEW {
                        path.push((next, 0));
                    }
                }
                None if low[node] == order[node] => {
                    while let Some(member) = open.pop() {
                        circle[member] = node;
                        if member == node {
                            break;
                        }
                    }
                }
                None => {}
            }
        }
    }
    circle
}

/// The types that a value of this kind contains directly.
fn held_by_value(kind: &Kind) -> impl Iterator<Item = &str> {
    fn named(ty: &Ty) -> Option<&str> {
        match ty {
            Ty::Named(name) => Some(name),
            Ty::Nullable(ty) => named(ty),
            _ => None,
        }
    }
    kind.uses().into_iter().filter_map(named)
}
