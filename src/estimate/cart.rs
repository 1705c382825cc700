//! What a cart looks like as JSON.

use crate::scan::table::{ID, TEXT};
use crate::scan::{Absent, Field, Kind, Table, table};

pub(crate) static CART: Table = table!(&[
        Field::new("items", Kind::List(&ITEM), Absent::Fail),
        Field::new("deliverySkus", Kind::Texts { blanks: true }, Absent::Leave),
        Field::new("availableRewards", Kind::Texts { blanks: true }, Absent::Leave),
        Field::new("posId", ID, Absent::Leave),
        Field::new("at", Kind::Date, Absent::Leave),
    ],
    union: None,
    null_is_absent: true,);

pub(super) static ITEM: Table = table!(&[
        Field::new("sku", ID, Absent::Fail),
        Field::new("grossValue", Kind::Number, Absent::Fail),
        Field::new("labels", Kind::List(&LABEL), Absent::Write("[]")),
    ],
    union: None,
    null_is_absent: false,);

pub(super) static LABEL: Table = table!(&[Field::new("key", TEXT, Absent::Fail), Field::new("value", TEXT, Absent::Leave)],
    union: None,
    null_is_absent: true,);
