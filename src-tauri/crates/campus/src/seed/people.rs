//! About sixty people who do not exist.

use super::rows::{NewPerson, Writer};
use crate::institution::Style;
use sqlx::SqliteConnection;

/// Units by code and name.
pub(super) const UNITS: [(&str, &str); 6] = [
    ("earth", "Earth Sciences"),
    ("history", "History"),
    ("library", "Library"),
    ("students", "Student Services"),
    ("chemistry", "Chemistry"),
    ("it", "IT Services"),
];

/// First letters of Oxford usernames, by unit.
const CODES: [(&str, &str); 6] = [
    ("earth", "eart"),
    ("history", "hist"),
    ("library", "libr"),
    ("students", "stud"),
    ("chemistry", "chem"),
    ("it", "itsd"),
];

/// Every unit with its code.
pub(crate) fn unit_codes() -> impl Iterator<Item = (&'static str, &'static str)> {
    CODES.into_iter()
}

/// First and last name, unit, number at Oxford and at Boulder, days until the last one.
type Part = (&'static str, &'static str, &'static str, u16, u16, Option<i32>);

/// People with a part in the seed: first and last name, unit, number at Oxford and at Boulder, days until they leave.
const CAST: [Part; 15] = [
    ("Maren", "Tolliver", "earth", 1, 1001, None),
    ("Jo", "Ferrand", "earth", 412, 412, Some(251)),
    ("Ruth", "Castellane", "earth", 7, 7, None),
    ("Samir", "Okonjo", "it", 3, 3, None),
    ("Nell", "Ashby", "history", 200, 200, Some(616)),
    ("Idris", "Penhallow", "earth", 118, 118, Some(12)),
    ("Tomasz", "Birkwood", "earth", 131, 131, Some(678)),
    ("Sunniva", "Marsh", "earth", 140, 140, None),
    ("Adaeze", "Whitlow", "earth", 152, 152, Some(801)),
    ("Piet", "Vantongeren", "earth", 163, 163, Some(39)),
    ("Rosalind", "Ostrander", "earth", 175, 175, Some(251)),
    ("Kwame", "Ashdown", "earth", 188, 188, Some(-23)),
    ("Oona", "Garrick", "library", 210, 210, None),
    ("Leonie", "Strake", "students", 224, 224, None),
    ("Hesper", "Quillfeather", "history", 236, 236, Some(25)),
];

/// Everybody else: first and last name, by unit in turn.
const OTHERS: [(&str, &str); 45] = [
    ("Alba", "Thornquist"),
    ("Bram", "Oakhollow"),
    ("Cosima", "Larkspur"),
    ("Dov", "Winterbourne"),
    ("Esme", "Fallowfield"),
    ("Fenn", "Castlemere"),
    ("Greta", "Moorcroft"),
    ("Hamish", "Underbough"),
    ("Imani", "Brightwater"),
    ("Jarek", "Stonebridge"),
    ("Kaia", "Hollowell"),
    ("Linus", "Pennywhistle"),
    ("Mirela", "Ravenhurst"),
    ("Nils", "Applegarth"),
    ("Odile", "Farthingale"),
    ("Pascoe", "Wrenfield"),
    ("Quilla", "Marchbanks"),
    ("Rafe", "Tidewell"),
    ("Saoirse", "Greenholt"),
    ("Teodor", "Ambershaw"),
    ("Ursel", "Blackthorn"),
    ("Vikram", "Silverdale"),
    ("Wanda", "Copperfield-Nye"),
    ("Xanthe", "Millbrook"),
    ("Yusuf", "Harrowgate"),
    ("Zofia", "Elderwick"),
    ("Anselm", "Briarcliff"),
    ("Beatrix", "Longacre"),
    ("Caspian", "Dunmore"),
    ("Delphine", "Foxglove"),
    ("Emeka", "Riverstone"),
    ("Freya", "Nightingale-Rowe"),
    ("Gideon", "Saltmarsh"),
    ("Halina", "Whitestone"),
    ("Ivo", "Meadowcroft"),
    ("Juno", "Kestrel"),
    ("Kofi", "Summerhill"),
    ("Lotte", "Birchall"),
    ("Milo", "Thistledown"),
    ("Noor", "Eastbrook"),
    ("Oswin", "Clearwater"),
    ("Petra", "Goldfinch"),
    ("Rune", "Heatherley"),
    ("Sabela", "Ironwood"),
    ("Åsa", "Łindqvist-Ørsted"),
];

/// Full names of the people who fill lists of delegates. None of them has a part.
pub(super) fn others() -> Vec<String> {
    OTHERS.iter().map(|(first, last)| format!("{first} {last}")).collect()
}

pub(super) async fn write(
    writer: &mut Writer<'_>,
    connection: &mut SqliteConnection,
    style: Style,
) -> Result<(), sqlx::Error> {
    for (first, last, unit, oxford, boulder, leaves) in CAST {
        let number = if style == Style::Delegation { oxford } else { boulder };
        let name = format!("{first} {last}");
        let mut person =
            NewPerson { category: "staff", ..new(&name, username(style, unit, first, last, number), unit) };
        person.leaves = leaves;
        person.role = match last {
            "Castellane" => Some("it-officer"),
            "Okonjo" => Some("service-desk"),
            _ => None,
        };
        if last == "Castellane" {
            person.held = vec!["earth"];
        }
        writer.person(connection, person).await?;
    }
    for (index, (first, last)) in (0_u16..).zip(OTHERS) {
        let (unit, _) = UNITS.get(usize::from(index) % UNITS.len()).copied().unwrap_or(("earth", ""));
        let name = format!("{first} {last}");
        let mut person = new(&name, username(style, unit, first, last, 300 + index * 7), unit);
        person.category = if index % 5 == 4 { "student" } else { "staff" };
        person.leaves = (index % 3 == 0).then(|| 120 + i32::from(index) * 11);
        writer.person(connection, person).await?;
    }
    let personas = [
        ("Maren Tolliver", "Owner", "Owns 5 accounts"),
        ("Jo Ferrand", "Delegate", "Owns nothing, uses what others own"),
        ("Ruth Castellane", "IT officer", "Looks after Earth Sciences"),
        ("Samir Okonjo", "Service desk", "Looks up owners for anyone who asks"),
        ("Nell Ashby", "Nobody's owner or delegate", "Owns and uses nothing"),
    ];
    for (place, (name, list, note)) in (0_i64..).zip(personas) {
        writer.persona(connection, name, list, note, place).await?;
    }
    Ok(())
}

fn new<'n>(name: &'n str, username: String, unit: &'static str) -> NewPerson<'n> {
    NewPerson { name, username, unit, category: "staff", leaves: None, role: None, held: Vec::new() }
}

/// Unit code and number at Oxford; two letters of each name and a number at Boulder.
fn username(style: Style, unit: &str, first: &str, last: &str, number: u16) -> String {
    match style {
        Style::Delegation => {
            let code = CODES.iter().find(|(of, _)| *of == unit).map_or("", |(_, code)| code);
            format!("{code}{number:04}")
        }
        Style::SharedSignIn => {
            let two = |name: &str| accounts::fold(name).chars().take(2).collect::<String>();
            format!("{}{}{number:04}", two(first), two(last))
        }
    }
}
