//! Accounts of an institution where people hold rights: ninety of them, sixty-three in Earth Sciences.

use super::accounts::{NewAccount, account};
use super::people::others;
use super::rows::Writer;
use sqlx::SqliteConnection;

const MAREN: &str = "Maren Tolliver";
const JO: &str = "Jo Ferrand";
const ADMISSIONS_READERS: &str = "Admissions readers";

pub(super) async fn write(
    writer: &mut Writer<'_>,
    connection: &mut SqliteConnection,
) -> Result<(), sqlx::Error> {
    writer.team(connection, ADMISSIONS_READERS, "earth", &[JO, "Sunniva Marsh"]).await?;
    writer.team(connection, "Front desk", "library", &["Oona Garrick", "Bram Oakhollow"]).await?;
    for account in cast().into_iter().chain(plain_earth()).chain(elsewhere()) {
        account.write(writer, connection).await?;
    }
    Ok(())
}

/// Accounts with a story: what Maren and Jo own and use, and one for every state.
fn cast() -> Vec<NewAccount> {
    let people = others();
    let crowd = |account: NewAccount, count: usize, letters: &[&str]| {
        people
            .iter()
            .take(count)
            .zip(letters.iter().cycle())
            .fold(account, |account, (name, letters)| account.used_by(name, letters))
    };
    let mailbox = |username, name| account(username, name, "mailbox-only", "earth");
    let both = |username, name| account(username, name, "mailbox-and-sign-in", "earth");
    let admissions = mailbox("admissions", "Earth Sciences Admissions")
        .owned_by("Rosalind Ostrander")
        .used_by(MAREN, "fs")
        .used_by(ADMISSIONS_READERS, "f")
        .full(92);
    vec![
        mailbox("enquiries", "Earth Sciences Enquiries")
            .owned_by(MAREN)
            .used_by("Tomasz Birkwood", "fa")
            .used_by(JO, "fsa")
            .used_by("Sunniva Marsh", "fs")
            .used_by("Idris Penhallow", "fb")
            .used_by("Adaeze Whitlow", "s")
            .used_by("Piet Vantongeren", "fa")
            .full(24),
        mailbox("seminars", "Earth Sciences Seminars")
            .owned_by(MAREN)
            .used_by(JO, "fba")
            .used_by("Sunniva Marsh", "fs")
            .used_by("Tomasz Birkwood", "f"),
        both("outreach", "Earth Sciences Outreach")
            .owned_by(MAREN)
            .used_by("Kwame Ashdown", "fs")
            .used_by("Sunniva Marsh", "fs")
            .without_mfa()
            .expires(8),
        account("labdata", "Laboratory data transfer", "sign-in-only", "earth").owned_by(MAREN),
        account("basalt-room", "Basalt Room", "room", "earth").owned_by(MAREN).used_by("Adaeze Whitlow", "f"),
        mailbox("fieldwork", "Fieldwork Planning")
            .owned_by("Idris Penhallow")
            .used_by(MAREN, "fs")
            .used_by("Tomasz Birkwood", "f")
            .used_by("Alba Thornquist", "fsb")
            .used_by("Esme Fallowfield", "f"),
        crowd(admissions, 29, &["f", "fs", "fa", "fb"]),
        mailbox("geochem-lab", "Geochemistry Laboratory")
            .owned_by("Piet Vantongeren")
            .used_by("Nils Applegarth", "f"),
        mailbox("old-core-store", "Core Store").owned_by("Kwame Ashdown").used_by("Imani Brightwater", "fs"),
        mailbox("seismic-desk", "Seismic Desk")
            .owned_by("Adaeze Whitlow")
            .used_by("Fenn Castlemere", "fs")
            .full(104),
        mailbox("rock-store", "Rock Store")
            .owned_by("Adaeze Whitlow")
            .used_by("Tomasz Birkwood", "fs")
            .full(97),
        mailbox("alumni-earth", "Earth Sciences Alumni")
            .owned_by("Tomasz Birkwood")
            .used_by("Cosima Larkspur", "fs")
            .used_by("Greta Moorcroft", "f")
            .hidden(),
        mailbox("soil-archive", "Soil Archive").owned_by("Sunniva Marsh"),
        mailbox("field-school", "Field School").owned_by("Rosalind Ostrander").state("neverActivated"),
        both("telescope-mail", "Geodesy Telescope")
            .owned_by("Sunniva Marsh")
            .used_by("Jarek Stonebridge", "fs"),
        both("survey-login", "Survey Office").owned_by("Tomasz Birkwood").state("suspended").without_mfa(),
        both("mapping-2019", "Mapping Project").owned_by("Rosalind Ostrander").expires(-41).without_mfa(),
        account("cluster-jobs", "Cluster jobs", "sign-in-only", "earth")
            .owned_by("Piet Vantongeren")
            .without_mfa(),
        account("quartz-room", "Quartz Room", "room", "earth")
            .owned_by("Sunniva Marsh")
            .used_by("Lotte Birchall", "f"),
        account("xrf-scanner", "X-ray scanner", "equipment", "earth")
            .owned_by("Adaeze Whitlow")
            .used_by("Milo Thistledown", "f"),
        account("field-vehicle", "Field vehicle", "equipment", "earth").owned_by("Tomasz Birkwood"),
        crowd(
            account("library-desk", "Library Desk", "mailbox-only", "library")
                .owned_by("Oona Garrick")
                .used_by(MAREN, "f")
                .used_by("Front desk", "fs"),
            10,
            &["f", "fs"],
        ),
        account("thesis-office", "Thesis Office", "mailbox-only", "students")
            .owned_by("Leonie Strake")
            .used_by(MAREN, "fb")
            .used_by(JO, "f")
            .used_by("Pascoe Wrenfield", "fs")
            .used_by("Saoirse Greenholt", "fs")
            .used_by("Kwame Ashdown", "f"),
    ]
}

/// Local parts and names that stand for nothing but themselves.
const TOPICS: [(&str, &str); 42] = [
    ("palaeomag", "Palaeomagnetism"),
    ("isotopes", "Isotope Group"),
    ("volcano-watch", "Volcano Watch"),
    ("climate-desk", "Climate Desk"),
    ("hydrology", "Hydrology"),
    ("mineral-loans", "Mineral Loans"),
    ("thin-sections", "Thin Sections"),
    ("glacier-log", "Glacier Log"),
    ("tectonics", "Tectonics Group"),
    ("ocean-cores", "Ocean Cores"),
    ("fossil-prep", "Fossil Preparation"),
    ("planetary", "Planetary Group"),
    ("finance-earth", "Earth Sciences Finance"),
    ("purchasing", "Purchasing"),
    ("safety-earth", "Safety"),
    ("stores", "Stores"),
    ("workshop", "Workshop"),
    ("graduate-earth", "Graduate Office"),
    ("teaching-earth", "Teaching Office"),
    ("timetable", "Timetable"),
    ("open-days", "Open Days"),
    ("newsletter", "Newsletter"),
    ("press-earth", "Press"),
    ("web-earth", "Web Editors"),
    ("exams-earth", "Examinations"),
    ("travel-earth", "Travel"),
    ("visitors", "Visitors"),
    ("keys-earth", "Keys and Cards"),
    ("reading-room", "Reading Room Desk"),
    ("photo-archive", "Photograph Archive"),
    ("map-room", "Map Collection"),
    ("drone-team", "Drone Team"),
    ("gravity", "Gravity Survey"),
    ("clay-lab", "Clay Laboratory"),
    ("dust-lab", "Dust Laboratory"),
    ("microscopy", "Microscopy"),
    ("data-steward", "Data Steward"),
    ("grants-earth", "Grants Office"),
    ("reception", "Reception"),
    ("harassment-advice", "Harassment Advisers"),
    ("green-team", "Green Team"),
    ("alum-gifts", "Gifts"),
];

/// Earth Sciences beyond the cast. With it the unit has 63.
fn plain_earth() -> Vec<NewAccount> {
    let owners = [
        "Tomasz Birkwood",
        "Sunniva Marsh",
        "Adaeze Whitlow",
        "Rosalind Ostrander",
        "Greta Moorcroft",
        "Mirela Ravenhurst",
    ];
    let people = others();
    let delegates = (0..).step_by(3);
    TOPICS
        .iter()
        .zip(owners.iter().cycle())
        .zip(delegates)
        .map(|(((username, name), owner), first)| {
            let account = account(username, name, "mailbox-only", "earth").owned_by(owner);
            // From nobody to six, in turn.
            let holders = people.iter().cycle().skip(first).filter(|name| name != owner).take(first / 3 % 7);
            holders
                .zip(["f", "fs", "fa", "fb"].iter().cycle())
                .fold(account, |account, (name, letters)| account.used_by(name, letters))
        })
        .collect()
}

/// The other units' accounts.
fn elsewhere() -> Vec<NewAccount> {
    const UNITS: [(&str, &str, &str); 5] = [
        ("history", "History", "Hesper Quillfeather"),
        ("library", "Library", "Oona Garrick"),
        ("students", "Student Services", "Leonie Strake"),
        ("chemistry", "Chemistry", "Ivo Meadowcroft"),
        ("it", "IT Services", "Beatrix Longacre"),
    ];
    const ROOMS: [(&str, &str, &str); 5] = [
        ("office", "Office", "mailbox-only"),
        ("events", "Events", "mailbox-only"),
        ("backup", "Backup", "sign-in-only"),
        ("meeting-room", "Meeting Room", "room"),
        ("projector", "Projector", "equipment"),
    ];
    let people = others();
    UNITS
        .iter()
        .enumerate()
        .flat_map(|(turn, (unit, unit_name, owner))| {
            let people = &people;
            ROOMS.iter().map(move |(local, name, kind)| {
                let account = account(&format!("{unit}-{local}"), &format!("{unit_name} {name}"), kind, unit)
                    .owned_by(owner);
                let holders = if *kind == "mailbox-only" { 3 } else { 0 };
                people
                    .iter()
                    .skip(turn * 4)
                    .take(holders)
                    .fold(account, |account, holder| account.used_by(holder, "fs"))
            })
        })
        .collect()
}
