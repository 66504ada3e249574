//! What can be asked for to give back what a wish changes.

use super::{Rules, check, feasible};
use crate::{Account, Edit, RightId, Wish, applied, undone};

/// The wish that gives back what `wish` changes, from the account as it was `before`, as far as that can be asked for. `None`:
/// nothing of it can.
///
/// Where it is offered it has a plan against the account as it is once `wish` has been carried out.
#[must_use]
pub fn undo(before: &Account, wish: &Wish, rules: &Rules) -> Option<Wish> {
    if !wish.kind.can_be_undone() {
        return None;
    }
    let now = applied(before, wish);
    let mut back = undone(before, wish);
    for edit in &mut back.edits {
        if let Edit::Access { to, rights } = edit {
            // A right that only the directory knows may stay, but cannot be given.
            let kept = now.rights_of(&to.who.id);
            rights.retain(|right: &RightId| rules.knows(right) || kept.contains(right));
        }
    }
    back.edits.retain(|edit| !edit.is_so_on(&now));
    let then = applied(&now, &back);
    back.edits.retain(|edit| check(&now, &then, wish.kind, edit, rules).is_ok());
    feasible(&now, &back, rules).is_ok().then_some(back)
}
