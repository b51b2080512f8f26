"""After a decision: does it answer the question, and was what it promised done?"""
