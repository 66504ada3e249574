//! How long a plan takes to work out.

use crate::{
    Outcome,
    figure::{Goal, Measured},
    options::Options,
    sample::Sample,
};
use accounts::{
    Access, AccessChange, Account, Grant, PersonRef, Principal, PrincipalKind, Rules, Wish, plan,
};
use std::time::Instant;

pub(crate) const GOALS: &[Goal] =
    &[Goal { name: "plan of a change to an account with 500 grants, p95", unit: "ms", most: 16.7 }];

/// Grants of the account: as many as the mail service keeps.
const GRANTS: usize = 500;

pub(crate) fn measure(options: &Options) -> Outcome<Vec<Measured>> {
    let profile = institutions::builtin("oxford").map_err(|problem| problem.to_string())?;
    let rules = profile.rules();
    let (account, wish) = example(&rules);
    let mut times = Vec::new();
    for _ in 0..options.rounds(500, 100) {
        let began = Instant::now();
        let planned = plan(&account, &wish, &rules)?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        if planned.lines.len() != GRANTS {
            return Err(format!("{} people are changed, not {GRANTS}", planned.lines.len()).into());
        }
    }
    let times = Sample::new(times).ok_or("nothing was planned")?;
    let how = format!("{}; every one of {GRANTS} people is changed", times.spread("ms"));
    Ok(vec![Measured { value: times.p95(), how }])
}

/// An account with [`GRANTS`] people, and a wish that changes each of them.
fn example(rules: &Rules) -> (Account, Wish) {
    let rights: Vec<_> = rules.rights.iter().map(|(right, _)| right.clone()).collect();
    let who = |n: usize| Principal {
        kind: PrincipalKind::Person,
        who: PersonRef::named(format!("p{n}").as_str().into(), format!("Invented Person {n}")),
    };
    let grants = (0..GRANTS).map(|n| Grant { to: who(n), rights: rights.iter().take(1).cloned().collect() });
    let changes = (0..GRANTS).map(|n| AccessChange { to: who(n), rights: rights.clone() });
    let access = Access::All(grants.collect());
    let account = Account {
        access,
        kind: "mailbox-only".into(),
        owner: Some(who(GRANTS)),
        ..Account::unknown("a".into())
    };
    (account, Wish::change_access(changes.collect()))
}
