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

local root_markers = {
  'keras-lsp.toml',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  '.git',
}

--- Markdown is prose, unless its front matter says that it is a notebook; in R Markdown and Quarto
--- chunks of Python are a program.
---@param buffer integer
---@return boolean
local function is_program(buffer)
  local filetype = vim.bo[buffer].filetype
  if filetype == 'quarto' or filetype == 'rmd' then
    for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
      if line:match('^```+%s*{[Pp]ython[%s,}]') then
        return true
      end
    end
    return false
  elseif filetype ~= 'markdown' then
    return true
  end
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, 100, false)
  if not (lines[1] or ''):match('^%-%-%-%s*$') then
    return false
  end
  for _, line in ipairs(vim.list_slice(lines, 2)) do
    if line:match('^%-%-%-%s*$') then
      return false
    elseif line:match('^jupytext:%s*$') or line:match('^  +jupytext:%s*$') then
      return true
    elseif line:match('^file_format: *mystnb%s*$') then
      return true
    end
  end
  return false
end

---@type vim.lsp.Config
return {
  cmd = { 'keras-lsp', 'server' },
  filetypes = { 'python', 'markdown', 'quarto', 'rmd' },
  root_dir = function(buffer, start)
    if is_program(buffer) then
      start(vim.fs.root(buffer, root_markers))
    end
  end,
}
