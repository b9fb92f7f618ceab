"""Protocol and network building blocks that know no model of ours and could be a package of their own."""
