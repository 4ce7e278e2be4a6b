"""How the database got its shape: numbered steps, one head, run by `ipa_core.store.schema.upgrade`.

A new step, after its table module was added to `schema.TABLE_MODULES` (afterwards name the file a sentence and set
`schema.HEAD`)::

    engine = make_engine("sqlite:///scratch.db")
    upgrade(engine)
    with engine.connect() as connection:
        command.revision(alembic_config(connection), "signals get snoozed until", autogenerate=True, rev_id="0007")
"""
