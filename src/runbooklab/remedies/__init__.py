"""How causes are fixed: plans (pure) and their explicit application."""
