"""What ``run.py`` does once Python is new enough: set up the environment, then hand the words on.

Only the standard library is used here: nothing is installed yet.

    texts.toml   every sentence, Latvian and English
    speech       says them
    place        where the environment lies, and whether the project lies in a good folder
    causes       what pip's and uv's words mean
    tools        uv and pip: running them, keeping what they said
    native       which installed libraries are native, and whether this computer loads them
    environment  the environment made, filled and tried, once
    start        the words of the command line
"""
