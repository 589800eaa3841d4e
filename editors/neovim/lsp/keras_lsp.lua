---@brief
---
--- keras-lsp follows the life of every Keras model in a program while it is being typed, and says
--- why the model is undefined during training.
---
--- It is a Python package; in a clone of its repository:
---
--- ```sh
--- pip install .
--- ```
---
--- Settings go below the name of the server, and mean what they mean in `pyproject.toml`:
---
--- ```lua
--- vim.lsp.config('keras_lsp', {
---   settings = { ['keras-lsp'] = { ignore = { 'models-pile-up-in-loop' } } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'keras-lsp', 'server' },
  filetypes = { 'python' },
  root_markers = {
    'keras-lsp.toml',
    'pyproject.toml',
    'setup.py',
    'setup.cfg',
    'requirements.txt',
    '.git',
  },
}
